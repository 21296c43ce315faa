#include "bird/render.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "base/file.h"
#include "base/text.h"
#include "policy/compile.h"
#include "tests/support/facts/facts.h"
#include "tests/support/golden/golden.h"

namespace peerlab::bird {
namespace {

using policy::LeaseRow;
using policy::Policy;
using policy::Rule;
using policy::Site;
using testing::HasSubstr;
using testing::Not;
using testing_support::overlay_ipv6;
using testing_support::row;
using testing_support::rule;
using testing_support::small_site;

void expect_golden(const std::string& name, const std::string& rendered) {
  EXPECT_EQ(rendered, testing_support::golden(name, rendered));
}

Policy two_members_three_leases() {
  return {{rule(17, "alice", 65000), rule(18, "bob", 65001)},
          {row("3fff:100:1::/48", 65000), row("3fff:100:2::/48", 65001),
           row("3fff:100:3::/48", 65000)}};
}

Site world_site() {
  Site site = small_site();
  site.upstreams = {{*policy::Label::parse("transit"), *Asn::make(64496),
                     *Ipv6::parse("2001:db8:ff::2"), *Ipv6::parse("2001:db8:ff::1"),
                     Secret{"s3cret#{}';"}}};
  site.route_servers = {{*policy::Label::parse("rs1"), *Asn::make(64511),
                         *Ipv6::parse("2001:db8:fe::2"), *Ipv6::parse("2001:db8:fe::1"),
                         std::nullopt}};
  site.rpki = {{*Ipv6Prefix::parse("3fff:100::/40"), 48, *Asn::make(64500)}};
  site.rtr = {{*policy::Label::parse("one"), *Ipv4::parse("192.0.2.2"), 3323},
              {*policy::Label::parse("two"), *Ipv6::parse("2001:db8:fd::2"), 323}};
  site.siblings = {{*policy::Label::parse("ixpams01"), *NodeId::make(2),
                    *Ipv6::parse("2001:db8:fc::2"), *Ipv6::parse("2001:db8:fc::1")}};
  return site;
}

TEST(RenderedSessions, OfTwoMembersAndThreeLeasesAreTheReviewedText) {
  expect_golden("two_members/peerlab_generated.conf", render_sessions(two_members_three_leases()));
}

TEST(RenderedSessions, OfNothingAreTheReviewedText) {
  expect_golden("nobody/peerlab_generated.conf", render_sessions({}));
}

TEST(RenderedSessions, OnLinksAreTheReviewedText) {
  Site site = small_site();
  site.links = true;
  const std::vector members{
      testing_support::member("alice", 65000, {testing_support::leased("3fff:100:1::/48")})};
  const std::vector nodes{testing_support::machine(17, "alice"),
                          testing_support::machine(18, "alice")};
  expect_golden(
      "links/peerlab_generated.conf",
      render_sessions(policy::compile(members, nodes, site, testing_support::kNow).policy));
}

TEST(RenderedSite, IsTheReviewedText) {
  expect_golden("two_members/peerlab_site.conf", render_site(world_site()));
}

TEST(RenderedServer, IsTheReviewedText) {
  expect_golden("two_members/bird.conf", render_server(world_site()));
}

TEST(RenderedServer, BelievesNoSiblingInTheFunctionForm) {
  EXPECT_THAT(render_server(world_site(), Form::Function), Not(HasSubstr("sibling")));
}

Policy random_policy(std::mt19937& random) {
  std::vector<Rule> rules;
  std::vector<LeaseRow> leases;
  for (std::uint32_t node = 2; node < 40; ++node) {
    if (random() % 2 == 0) continue;
    const std::uint32_t asn = 4'200'000'000U + node % 7;
    rules.push_back(rule(node, "member" + std::to_string(asn), asn));
    if (random() % 2 == 0) rules.back().own_next_hop = overlay_ipv6(1000 + node);
    leases.push_back({Prefix48::from_network(0x3fff0100'0000U + node), *Asn::make(asn)});
  }
  std::ranges::shuffle(rules, random);
  std::ranges::shuffle(leases, random);
  return {std::move(rules), std::move(leases)};
}

TEST(RenderedSessions, AreTheSameBytesForTheSameFactsInAnyOrder) {
  std::mt19937 random{50};
  for (int round = 0; round < 200; ++round) {
    const Policy policy = random_policy(random);
    std::vector<Rule> rules = policy.rules();
    std::vector<LeaseRow> leases = policy.leases();
    std::ranges::shuffle(rules, random);
    std::ranges::shuffle(leases, random);
    ASSERT_EQ(render_sessions({rules, leases}), render_sessions(policy));
  }
}

// --- a grammar of rows ---------------------------------------------------------------------------

// A value that is spelled as its type spells it and in no other way.
bool is_value(char kind, std::string_view text) {
  const auto canonical = [&](const auto& value) { return value && value->text() == text; };
  switch (kind) {
    case 'n': {
      const auto number = parse_decimal<std::uint32_t>(text);
      return number && std::to_string(*number) == text;
    }
    case 'h':
      return text.size() == 8 && text.find_first_not_of("0123456789abcdef") == text.npos;
    case 'd':
      return UserHash::parse(text).has_value();  // 64 digits too
    case '4':
      return canonical(Ipv4::parse(text));
    case '6':
      return canonical(Ipv6::parse(text));
    default:
      return canonical(Prefix48::parse(text));
  }
}

// `shape` is the row with %k where a value of kind k stands.
bool fits(std::string_view line, std::string_view shape) {
  while (!shape.empty()) {
    if (shape.front() != '%') {
      if (!line.starts_with(shape.front())) return false;
      line.remove_prefix(1), shape.remove_prefix(1);
      continue;
    }
    const std::size_t size = std::min(line.find_first_not_of("0123456789abcdef.:/"), line.size());
    std::size_t taken = size;
    if (shape[1] == '4') taken = std::min(line.find('/'), size);
    if (!is_value(shape[1], line.substr(0, taken))) return false;
    line.remove_prefix(taken), shape.remove_prefix(2);
  }
  return line.empty();
}

constexpr std::array<std::string_view, 13> kShapes{
    "# peerlab policy v1, generated: do not edit; policy sha256 %d",
    "protocol bgp peerlab_n%n from peerlab_template {",
    "  description \"member=%h\";",
    "  dynamic name \"peerlab_n%n_\"; neighbor range %4/32 as %n;",
    "  ipv6 { import where peerlab_judge(%n, %6); };",
    "  ipv6 { next hop address %6; import where peerlab_judge(%n, %6); };",
    "protocol static peerlab_lease_rows { roa6 { table peerlab_leases; };",
    "protocol static peerlab_quarantine_rows { roa6 { table peerlab_quarantine; };",
    "  route %p max 48 as %n;",
    "protocol static peerlab_shadow { ipv6; igp table peerlab_live;",
    "  route %p recursive %6 { bgp_path.prepend(%n); };",
    "}",
    ""};

TEST(RenderedSessions, HoldRowsOnlyNoDecisionAndNoFreeText) {
  std::mt19937 random{51};
  for (int round = 0; round < 100; ++round) {
    const std::string text = render_sessions(random_policy(random));
    ASSERT_TRUE(text.ends_with("}\n"));
    for (const std::string_view line : split(text, '\n')) {
      ASSERT_TRUE(std::ranges::any_of(kShapes, [&](auto shape) { return fits(line, shape); }))
          << line;
    }
  }
}

TEST(RenderedSessions, HaveNoPlaceForAStrangersText) {
  const std::string evil = "\"; }\nprotocol static x { ipv6; route ::/0 unreachable; } # pwned";
  Mapping mallory = testing_support::member("mallory", 65000);
  mallory.provider_id = "https://issuer/" + evil;
  mallory.email = evil + "@example.org";
  mallory.leases = {testing_support::leased("3fff:100:1::/48")};
  Node node = testing_support::machine(17, "x");
  node.owner = {0, mallory.provider_id, *mallory.email};
  const std::vector members{mallory};
  const std::vector nodes{node};
  const auto compiled = policy::compile(members, nodes, small_site(), testing_support::kNow);
  ASSERT_EQ(compiled.policy.rules().size(), 1U);
  const std::string text = render_sessions(compiled.policy);
  EXPECT_THAT(text, Not(HasSubstr("pwned")));
  EXPECT_EQ(text, render_sessions({{rule(17, "mallory", 65000)}, {row("3fff:100:1::/48", 65000)}}));
}

TEST(RenderedSite, NamesEveryBlockAndKeepsItsOwnSpaceOut) {
  Site site = small_site();
  site.pool = *PrefixPool::make(
      {*Ipv6Prefix::parse("3fff:300:1::/48"), *Ipv6Prefix::parse("3fff:100::/40")});
  const std::string text = render_site(site);
  EXPECT_THAT(text, HasSubstr("define PEERLAB_POOL      = [ 3fff:100::/40{48,48}, "
                              "3fff:300:1::/48{48,48} ];"));
  EXPECT_THAT(text, HasSubstr("[ 3fff:100::/40+, 3fff:300:1::/48+, 3fff:200::/48+ ]"));
}

TEST(FixedPart, IsTheFileOfDeploy) {
  EXPECT_EQ(fixed_part(),
            *read_file(std::filesystem::path{PEERLAB_SOURCE_DIR} / "deploy/ixp/peerlab.conf"));
}

}  // namespace
}  // namespace peerlab::bird

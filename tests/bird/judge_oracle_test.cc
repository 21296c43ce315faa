// BIRD's filter and policy::judge are one decision: the same routes are put to both.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "policy/judge.h"
#include "tests/bird/live_bird.h"
#include "tests/bird/shown_routes.h"
#include "tests/support/facts/facts.h"

namespace peerlab::bird {
namespace {

using policy::Policy;
using policy::Reason;
using policy::Rule;
using policy::Verdict;
using testing_support::row;
using testing_support::rule;
using testing_support::small_site;

using Path = std::vector<std::uint32_t>;

// Alice has two nodes and a 32-bit ASN, Bob one and a 16-bit one.
constexpr std::uint32_t kAlice = 4'200'000'001U, kBob = 65001;

Policy two_members() {
  return {{rule(10, "alice", kAlice), rule(11, "bob", kBob), rule(12, "alice", kAlice)},
          {row("3fff:100:1::/48", kAlice), row("3fff:100:2::/48", kBob),
           row("3fff:100:3::/48", kAlice)}};
}

constexpr std::array kPrefixes{"3fff:100:1::/48",
                               "3fff:100:2::/48",
                               "3fff:100:3::/48",
                               "3fff:100:4::/48",
                               "3fff:100:1::/49",
                               "3fff:100::/47",
                               "3fff:100:1::/64",
                               "3fff:100::/40",
                               "3fff:300:1::/48",
                               "3fff:100:1::1/128",
                               "::/0"};

// Every path of up to five hops over the two members, and some with numbers no path should hold.
std::vector<Path> all_paths() {
  std::vector<Path> paths{{}};
  for (std::size_t from = 0; paths[from].size() < 5; ++from) {
    for (const std::uint32_t asn : {kAlice, kBob}) {
      paths.push_back(paths[from]);
      paths.back().push_back(asn);
    }
  }
  for (const std::uint32_t odd : {0U, 23456U, 64500U, 3356U, 65535U, 4294967295U}) {
    for (const std::uint32_t own : {kAlice, kBob}) {
      paths.insert(paths.end(), {{odd}, {own, odd}, {odd, own}, {own, odd, own}});
    }
  }
  paths.emplace_back(Path(800, kBob));
  return paths;
}

// The wishes 0..7 as bits, then the same among communities that mean nothing here.
std::vector<LargeCommunity> communities_of(unsigned number) {
  std::vector<LargeCommunity> communities;
  if (number >= 8) communities = {{64500, 1101, 9}, {64501, 0, 1}, {64500, 1, 2}, {64500, 0, 4}};
  for (std::uint32_t group = 1; group <= 3; ++group) {
    if ((number >> (group - 1) & 1U) != 0) communities.push_back({64500, 0, group});
  }
  return communities;
}

// One announcement of every prefix by one neighbour.
struct Announcement {
  Rule neighbour;
  Path path;
  std::vector<LargeCommunity> communities;
};

std::vector<Announcement> all_announcements() {
  std::vector<Announcement> all;
  const Policy policy = two_members();
  unsigned turn = 0;
  for (const Rule& neighbour : policy.rules()) {
    for (const Path& path : all_paths()) {
      const bool own = std::ranges::count(path, neighbour.asn.number()) ==
                       static_cast<std::ptrdiff_t>(path.size());
      const unsigned sets = own && path.size() <= 4 ? 16 : 1;  // wishes matter where it may pass
      for (unsigned set = 0; set < sets; ++set) {
        all.push_back({neighbour, path, communities_of(sets == 1 ? ++turn % 16 : set)});
      }
    }
  }
  return all;
}

// What is accepted says its wishes by the fixed part's own functions.
constexpr std::string_view kTellWishes = R"(
function oracle_tell()
{
  bgp_large_community.add((PEERLAB_AS, 2000, peerlab_prepends()));
  if peerlab_withheld(4) then bgp_large_community.add((PEERLAB_AS, 2001, 1));
  if peerlab_withheld(8) then bgp_large_community.add((PEERLAB_AS, 2001, 2));
  if peerlab_withheld(16) then bgp_large_community.add((PEERLAB_AS, 2001, 3));
}
)";

std::string spelled(const Announcement& one, std::size_t number) {
  std::string carried = "bgp_path.empty; bgp_large_community.empty;";
  for (auto asn = one.path.rbegin(); asn != one.path.rend(); ++asn) {
    carried += fmt::format(" bgp_path.prepend({});", *asn);
  }
  for (const LargeCommunity& community : one.communities) {
    carried += fmt::format(" bgp_large_community.add(({}, {}, {}));", community.administrator,
                           community.function, community.parameter);
  }
  std::string text = fmt::format(
      "protocol static case{} {{\n  ipv6 {{ import keep filtered on; import filter {{\n"
      "    if ! peerlab_judge({}, {}) then reject;\n    oracle_tell(); accept;\n  }}; }};\n",
      number, one.neighbour.asn.text(), one.neighbour.next_hop.text());
  for (const char* const prefix : kPrefixes) {
    text += fmt::format("  route {} unreachable {{ {} }};\n", prefix, carried);
  }
  return text + "}\n";
}

Verdict told(const ShownRoute& shown, bool accepted) {
  Verdict verdict;
  for (const LargeCommunity& community : shown.route.communities) {
    EXPECT_EQ(community.administrator, 64500U) << shown.protocol;
    if (community.function == policy::kReasonFunction) {
      verdict.reasons.push_back(policy::reason_numbered(community.parameter).value());
    }
    if (community.function == 2000) verdict.wishes.prepends = community.parameter;
    if (community.function != 2001) continue;
    if (community.parameter == 1) verdict.wishes.withheld_from_upstreams = true;
    if (community.parameter == 2) verdict.wishes.withheld_from_route_servers = true;
    if (community.parameter == 3) verdict.wishes.withheld_from_members = true;
  }
  std::ranges::sort(verdict.reasons);
  EXPECT_EQ(verdict.accepted(), accepted) << shown.protocol << " " << shown.route.prefix.text();
  return verdict;
}

using Verdicts = std::map<std::pair<std::string, Ipv6Prefix>, Verdict>;

void collect(Verdicts& verdicts, const std::string& text, bool accepted) {
  for (const ShownRoute& shown : shown_routes(text)) {
    if (!shown.protocol.starts_with("case")) continue;
    const bool once =
        verdicts.emplace(std::pair{shown.protocol, shown.route.prefix}, told(shown, accepted))
            .second;
    EXPECT_TRUE(once) << shown.protocol << " shows " << shown.route.prefix.text() << " twice";
  }
}

TEST(JudgeOracle, BirdsFilterSaysWhatJudgeSaysVerdictReasonsAndWishes) {
  const std::vector<Announcement> all = all_announcements();
  std::string more{kTellWishes};
  for (std::size_t i = 0; i < all.size(); ++i) more += spelled(all[i], i);
  auto bird = LiveBird::start(laboratory(two_members(), small_site(), more));
  if (!bird && bird.error().kind != ErrorKind::Internal) GTEST_SKIP() << bird.error().detail;
  ASSERT_TRUE(bird) << bird.error().detail;

  Verdicts verdicts;
  collect(verdicts, (*bird)->ask("show route all table master6"), true);
  collect(verdicts, (*bird)->ask("show route all filtered table master6"), false);
  ASSERT_EQ(verdicts.size(), all.size() * kPrefixes.size());

  const Policy policy = two_members();
  const policy::Site site = small_site();
  std::map<std::vector<Reason>, int> seen;
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (const char* const text : kPrefixes) {
      const Route route{*Ipv6Prefix::parse(text), all[i].path, all[i].communities};
      const Verdict expected = policy::judge(policy, site, all[i].neighbour.neighbour, route);
      const Verdict said = verdicts.at({fmt::format("case{}", i), route.prefix});
      EXPECT_EQ(said, expected) << text << " by " << all[i].neighbour.node.number() << " with "
                                << testing::PrintToString(all[i].path);
      ++seen[expected.reasons];
    }
  }
  EXPECT_EQ(seen[{}], (2 + 1 + 2) * 4 * 16);
  // 6, 5, 9 + 100, 10, 100, 10 + 100, 9 + 10 + 100 and accepted: none of them is left out.
  EXPECT_EQ(seen.size(), 8U);
}

}  // namespace
}  // namespace peerlab::bird

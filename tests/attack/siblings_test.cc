// A sibling site that is broken into: it may say that a member is there who holds a lease, and
// nothing else.  And what it is told itself.
#include <fmt/format.h>

#include <algorithm>

#include "tests/attack/outcome.h"

namespace peerlab::attack {
namespace {

namespace bgp = testing_support::bgp;

constexpr const char* kProtocol = "peerlab_sibling_ams";

bgp::Bytes large_community(std::uint32_t function, std::uint32_t parameter) {
  return bgp::u32(kPlatformAs) + bgp::u32(function) + bgp::u32(parameter);
}
bgp::Bytes large_communities(const bgp::Bytes& value) {
  constexpr std::uint8_t kLargeCommunity = 32;
  if (value.empty()) return {};
  return bgp::attribute(bgp::kOptionalTransitive, kLargeCommunity, value);
}
const bgp::Bytes kItsMark = large_community(2, kRawSiblingNode);

// A raw speaker in the place of the IXP server of site ams.
class Sibling {
 public:
  explicit Sibling(Exchange& exchange)
      : exchange_{exchange},
        marker_{exchange.attacker()},
        speaker_{exchange.connect(kRawSibling, kIxpToRawSibling)} {
    EXPECT_TRUE(speaker_.establish({.asn = kPlatformAs})) << exchange.ixp().log();
    EXPECT_TRUE(eventually([&] { return exchange.ixp().established(kProtocol); }));
  }

  void tell(const Ipv6Prefix& prefix, const bgp::Asns& path, const bgp::Bytes& communities,
            const char* next_hop = kRawSibling) {
    speaker_.send(
        bgp::announcement(prefix, path, *Ipv6::parse(next_hop), large_communities(communities)));
  }
  // With any path attribute; the rest as in tell.
  void expect_of_path(const Ipv6Prefix& prefix, const bgp::Bytes& path, const Outcome& expected) {
    speaker_.send(bgp::update(bgp::reach({prefix}, *Ipv6::parse(kRawSibling)) + bgp::origin(0) +
                              path + large_communities(kItsMark)));
    wait_until_read();
    expect_settled(prefix, expected);
  }
  void withdraw(const Ipv6Prefix& prefix) { speaker_.send(bgp::update(bgp::unreach({prefix}))); }

  // Tells it, lets the router read it, and looks for the prefix everywhere.  BIRD resolves
  // shadows in its own time, some milliseconds, and in its own order.
  void expect(const Ipv6Prefix& prefix, const bgp::Asns& path, const Outcome& expected,
              const bgp::Bytes& communities = kItsMark, const char* next_hop = kRawSibling) {
    tell(prefix, path, communities, next_hop);
    wait_until_read();
    expect_settled(prefix, expected);
  }
  void expect_settled(const Ipv6Prefix& prefix, const Outcome& expected) {
    Outcome seen;
    EXPECT_TRUE(eventually([&] {
      seen = outcome(exchange_, kProtocol, prefix);
      return seen == expected;
    })) << seen
        << "\n instead of " << expected;
  }

 private:
  // Told once, twice, thrice, four times, and again once: each can be told from the one before.
  void wait_until_read() {
    const bgp::Asns path(markers_++ % 4 + 1, marker_.asn);
    tell(marker_.prefix, path, kItsMark);
    EXPECT_TRUE(eventually([&] {
      return outcome(exchange_, kProtocol, marker_.prefix).member ==
             fmt::format("{} {}", kPlatformAs, bgp::text_of(path));
    })) << "the router did not read on";
  }

  Exchange& exchange_;
  Attacker marker_;
  bgp::Speaker speaker_;
  unsigned markers_ = 0;
};

// Members reach it over the link, and the world is told where the member is.
Outcome at_the_sibling(const Attacker& who, unsigned times = 1) {
  return {.raw = "accepted",
          .member = fmt::format("{} {}", kPlatformAs, bgp::text_of(bgp::Asns(times, who.asn))),
          .kernel = kRawSibling};
}

class Siblings : public ExchangeTest {
 protected:
  static Sibling& ams() {
    static Sibling sibling{exchange()};
    return sibling;
  }
};

TEST_F(Siblings, MembersAreReachedOverTheLinkAndNotAnnouncedToTheWorldHere) {
  const Attacker who = exchange().attacker();
  for (unsigned times = 1; times <= 4; ++times) {
    ams().expect(who.prefix, bgp::Asns(times, who.asn), at_the_sibling(who, times));
  }
  const auto believed = exchange().ixp().routes(who.prefix, fmt::format("protocol {}", kProtocol));
  ASSERT_EQ(believed.size(), 1U);
  EXPECT_EQ(believed[0].route.communities,
            (std::vector<LargeCommunity>{{kPlatformAs, 2, kRawSiblingNode}}))
      << "who told it, for the looking glass";
}

TEST_F(Siblings, PathsWithASetCountAsWithdrawn) {
  const Attacker who = exchange().attacker();
  const bgp::Bytes sequence = bgp::segment(bgp::Segment::Sequence, {who.asn});
  const bgp::Bytes set = bgp::segment(bgp::Segment::Set, {who.asn});
  for (const bgp::Bytes& segments : {set, sequence + set, sequence + set + sequence}) {
    ams().expect(who.prefix, {who.asn}, at_the_sibling(who));
    ams().expect_of_path(who.prefix, bgp::path_of(segments), absent());
  }
}

TEST_F(Siblings, ForgedRoutesAreRefused) {
  const Attacker who = exchange().attacker(), other = exchange().attacker();
  const Ipv6Prefix unleased = *Ipv6Prefix::parse("3fff:100:ff::/48");
  const Ipv6Prefix half = *Ipv6Prefix::parse(
      who.prefix.text().replace(who.prefix.text().find('/'), std::string::npos, "/49"));
  struct Row {
    const char* name;
    Ipv6Prefix prefix;
    bgp::Asns path;
    Outcome expected;
  };
  const std::vector<Row> rows{
      {"a foreign prefix", *Ipv6Prefix::parse("2a00:7000::/32"), {who.asn}, refused("9 100")},
      {"everything", *Ipv6Prefix::parse("::/0"), {who.asn}, refused("9 100")},
      {"a half of a lease", half, {who.asn}, refused("9 100")},
      {"no lease", unleased, {who.asn}, refused("100")},
      {"another holder", who.prefix, {other.asn}, refused("100")},
      {"a path behind the holder", who.prefix, {other.asn, who.asn}, refused("10")},
      {"a path before the holder", who.prefix, {who.asn, other.asn}, refused("10 100")},
      {"five times its ASN", who.prefix, bgp::Asns(5, who.asn), refused("5")},
      {"the platform's own", who.prefix, {}, refused("6")}};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    ams().expect(row.prefix, row.path, row.expected);
  }
  ams().withdraw(*Ipv6Prefix::parse("::/0"));
}

TEST_F(Siblings, RoutesThatAreNotTheSiblingsOwnAreRefused) {
  const Attacker who = exchange().attacker();
  for (const bgp::Bytes& mark :
       {bgp::Bytes{}, large_community(2, kRawSiblingNode + 1), large_community(2, 1)}) {
    ams().expect(who.prefix, {who.asn}, refused("102"), mark);
  }
}

TEST_F(Siblings, NextHopsAreNeverTheSiblingsChoice) {
  const Attacker who = exchange().attacker(), victim = exchange().attacker();
  for (const std::string& next_hop : {std::string{"2001:db8:ff::2"}, victim.next_hop.text()}) {
    ams().expect(who.prefix, {who.asn}, at_the_sibling(who), kItsMark, next_hop.c_str());
  }
  ams().expect(who.prefix, {who.asn}, absent(), kItsMark, "2a00:7000::1");
}

TEST_F(Siblings, WishesComeAlong) {
  const Attacker who = exchange().attacker();
  Outcome kept = at_the_sibling(who);
  kept.member = "nothing";
  ams().expect(who.prefix, {who.asn}, kept, kItsMark + large_community(0, 3));
  ams().expect(who.prefix, {who.asn}, at_the_sibling(who));
}

TEST_F(Siblings, YieldToTheMembersOwnSessionHere) {
  Attack member{exchange()};
  const Attacker& who = member.who();
  ams().expect(who.prefix, {who.asn}, at_the_sibling(who));
  EXPECT_EQ(member.outcome_of_path({who.asn, who.asn}), announced(who, 2));
  ams().expect(who.prefix, {who.asn}, announced(who, 2));
  member.speaker().send(bgp::update(bgp::unreach({who.prefix})));
  ams().expect_settled(who.prefix, at_the_sibling(who));
}

TEST_F(Siblings, RoutesEndWithTheLeaseAndComeWithIt) {
  const Attacker who = exchange().attacker();
  ams().expect(who.prefix, {who.asn}, at_the_sibling(who));
  const std::vector<policy::LeaseRow> before = exchange().leases;
  std::erase_if(exchange().leases,
                [&](const policy::LeaseRow& row) { return row.asn.number() == who.asn; });
  exchange().publish();
  ams().expect_settled(who.prefix, refused("100"));
  exchange().leases = before;
  exchange().publish();
  ams().expect_settled(who.prefix, at_the_sibling(who));
}

TEST_F(Siblings, AreToldOurMembersShadowsAndNothingElse) {
  const Attacker remote = exchange().attacker();
  ams().expect(remote.prefix, {remote.asn}, at_the_sibling(remote));
  const std::vector<bird::ShownRoute> told =
      bird::shown_routes(exchange().ixp().ask(fmt::format("show route all export {}", kProtocol)));
  EXPECT_FALSE(told.empty()) << "bob's, at least";
  for (const bird::ShownRoute& shown : told) {
    EXPECT_EQ(shown.protocol, "peerlab_shadow") << shown.route.prefix.text();
    EXPECT_NE(shown.route.prefix, remote.prefix);
  }
}

TEST_F(Siblings, AreToldEveryWishWithOurMark) {
  Attack member{exchange()};
  const Attacker& who = member.who();
  for (std::uint32_t row = 0; row < 32; ++row) {
    const std::uint32_t wishes = row / 4;
    bgp::Bytes asked;
    std::vector<LargeCommunity> expected;
    for (std::uint32_t group = 1; group <= 3; ++group) {
      if ((wishes >> (group - 1) & 1U) == 0) continue;
      asked += large_community(0, group);
      expected.push_back({kPlatformAs, 0, group});
    }
    expected.push_back({kPlatformAs, 2, 1});
    const bgp::Asns path(row % 4 + 1, who.asn);
    EXPECT_EQ(member.outcome_of_path(path, large_communities(asked)).raw, "accepted");
    EXPECT_TRUE(eventually([&] {
      const auto told = exchange().ixp().routes(who.prefix, fmt::format("export {}", kProtocol));
      return told.size() == 1 && told.front().route.path == path &&
             told.front().route.communities == expected;
    })) << wishes
        << ", " << path.size() << " times";
  }
}

}  // namespace
}  // namespace peerlab::attack

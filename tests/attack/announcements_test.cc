// Rows 1 to 11 of the attack table (POLICY.md 2): prefix, path and next hop.
#include <fmt/format.h>

#include <array>

#include "tests/attack/outcome.h"

namespace peerlab::attack {
namespace {

namespace bgp = testing_support::bgp;
using bgp::Segment;

constexpr std::uint32_t kStrangersAs = 3356;

Ipv6 address(const char* text) { return *Ipv6::parse(text); }
Ipv6Prefix prefix(const std::string& text) { return *Ipv6Prefix::parse(text); }

class Announcements : public ExchangeOfAnyForm {};

TEST_P(Announcements, OfTheLeasedPrefixReachEverybodyWithThePlatformsPath) {
  Attack attack{exchange()};
  for (unsigned times = 1; times <= 4; ++times) {
    EXPECT_EQ(attack.outcome_of_path(bgp::Asns(times, attack.who().asn)),
              announced(attack.who(), times));
  }
}

// Row 1.
TEST_P(Announcements, OfAnotherMembersPrefixAreRefusedWithReason100) {
  Attack attack{exchange()};
  const Attacker victim = exchange().attacker();
  const std::uint32_t own = attack.who().asn;
  const std::array rows{std::pair{bgp::Asns{own}, refused("100")},
                        std::pair{bgp::Asns{victim.asn}, absent()},
                        std::pair{bgp::Asns{own, victim.asn}, refused("10 100")}};
  for (const auto& [path, expected] : rows) {
    EXPECT_EQ(attack.outcome_of(bgp::announcement(victim.prefix, path, attack.who().next_hop),
                                victim.prefix),
              expected)
        << bgp::text_of(path);
  }
}

// Row 1: while the victim's own route is up, and nothing of it moves.
TEST_P(Announcements, OfAPrefixInUseLeaveItsHoldersRouteAlone) {
  Attack victim{exchange()}, attack{exchange()};
  EXPECT_EQ(victim.outcome_of_path({victim.who().asn}), announced(victim.who()));
  for (const bgp::Asns& path : {bgp::Asns{attack.who().asn}, {victim.who().asn}}) {
    attack.speaker().send(bgp::announcement(victim.who().prefix, path, attack.who().next_hop));
  }
  EXPECT_EQ(attack.outcome_of_path({attack.who().asn}), announced(attack.who()));
  EXPECT_EQ(victim.outcome_of("", victim.who().prefix), announced(victim.who()));
}

// Row 2.
TEST_P(Announcements, OfAPartOrAWholeAroundTheLeaseAreRefusedWithReasons9And100) {
  Attack attack{exchange()};
  const Ipv6 first = attack.who().prefix.network();
  Ipv6::Bytes second_half = first.bytes();
  second_half[6] = 0x80;
  for (const Ipv6Prefix& other :
       {Ipv6Prefix::containing(first, 64), Ipv6Prefix::containing(first, 49),
        Ipv6Prefix::containing(Ipv6::from_bytes(second_half), 49),
        Ipv6Prefix::containing(first, 128), Ipv6Prefix::containing(first, 47), prefix("::/0")}) {
    EXPECT_EQ(attack.outcome_of(bgp::announcement(other, {attack.who().asn}, attack.who().next_hop),
                                other),
              refused("9 100"))
        << other.text();
  }
}

// Rows 3 to 9.  Each path is sent for a prefix that is announced at that time: what is not taken
// replaces what was.
struct PathRow {
  const char* name;
  bgp::Bytes path;
  Outcome expected;
};

void expect_outcomes(Attack& attack, const std::vector<PathRow>& rows) {
  const Attacker& who = attack.who();
  for (const PathRow& row : rows) {
    EXPECT_EQ(attack.outcome_of_path({who.asn}), announced(who)) << "before " << row.name;
    const bgp::Bytes attributes = bgp::reach({who.prefix}, who.next_hop) + bgp::origin(0);
    EXPECT_EQ(attack.outcome_of(bgp::update(attributes + row.path), who.prefix), row.expected)
        << row.name;
  }
}

TEST_P(Announcements, WithAnotherAsInThePathAreRefusedWithReason10) {
  Attack attack{exchange()};
  const std::uint32_t own = attack.who().asn;
  expect_outcomes(attack, {{"wrong origin", bgp::path({own, kBobsAs}), refused("10")},
                           {"poisoned", bgp::path({own, 6939, kStrangersAs, own}), refused("10")},
                           {"AS 0", bgp::path({own, 0, own}), refused("10")},
                           {"AS_TRANS", bgp::path({own, 23456, own}), refused("10")},
                           {"private use", bgp::path({own, 64512, own}), refused("10")},
                           {"the last ASN", bgp::path({own, 4294967295, own}), refused("10")}});
}

TEST_P(Announcements, WithAPathThatIsNoMembersCountAsWithdrawn) {
  Attack attack{exchange()};
  const std::uint32_t own = attack.who().asn;
  const auto sequence = [](const bgp::Asns& asns) { return bgp::segment(Segment::Sequence, asns); };
  const auto set = [](const bgp::Asns& asns) { return bgp::segment(Segment::Set, asns); };
  expect_outcomes(
      attack,
      {{"another first AS", bgp::path({kStrangersAs, own}), absent()},
       {"the platform's AS", bgp::path({own, kPlatformAs}), absent()},
       {"empty", bgp::path({}), absent()},
       {"no AS_PATH", "", absent()},
       {"AS_SET last", bgp::path_of(sequence({own}) + set({own, kStrangersAs})), absent()},
       {"AS_SET alone", bgp::path_of(set({own})), absent()},
       {"AS_SET amid", bgp::path_of(sequence({own}) + set({own}) + sequence({own})), absent()},
       {"confederation sequence",
        bgp::path_of(bgp::segment(Segment::ConfederationSequence, {own}) + sequence({own})),
        absent()},
       {"confederation set",
        bgp::path_of(sequence({own}) + bgp::segment(Segment::ConfederationSet, {own})), absent()},
       {"no such segment", bgp::path_of(bgp::segment(static_cast<Segment>(9), {own})), absent()}});
}

TEST_P(Announcements, PrependedMoreThanThriceAreRefusedWithReason5) {
  Attack attack{exchange()};
  const std::uint32_t own = attack.who().asn;
  std::vector<PathRow> rows;
  for (const std::size_t times : {5U, 50U, 255U, 800U}) {
    rows.push_back({"too long", bgp::path(bgp::Asns(times, own)), refused("5")});
  }
  expect_outcomes(attack, rows);
}

// Row 11.
TEST_P(Announcements, GoToTheMembersOwnAddressWhateverNextHopTheyName) {
  Attack attack{exchange()};
  const Attacker& who = attack.who();
  for (const char* const next_hop : {"fd7a:115c:a1e0::12", "fd7a:115c:a1e0::1", "2001:db8:ff::2",
                                     "::1", "ff02::1", "::ffff:6440:12", "2600:1000::1"}) {
    EXPECT_EQ(
        attack.outcome_of(bgp::announcement(who.prefix, {who.asn}, address(next_hop)), who.prefix),
        announced(who))
        << next_hop;
  }
}

TEST_P(Announcements, WithoutAGlobalNextHopCountAsWithdrawn) {
  Attack attack{exchange()};
  const Attacker& who = attack.who();
  for (const char* const next_hop : {"::", "fe80::1"}) {
    EXPECT_EQ(attack.outcome_of_path({who.asn}), announced(who));
    EXPECT_EQ(
        attack.outcome_of(bgp::announcement(who.prefix, {who.asn}, address(next_hop)), who.prefix),
        absent())
        << next_hop;
  }
}

// Row 10.
bgp::Bytes leak_of(unsigned routes, const Attacker& by, const bgp::Asns& learned) {
  bgp::Asns path{by.asn};
  path.insert(path.end(), learned.begin(), learned.end());
  bgp::Bytes bytes;
  for (unsigned i = 0; i < routes; ++i) {
    bytes +=
        bgp::announcement(prefix(fmt::format("2600:{:x}::/32", 0x3000 + i)), path, by.next_hop);
  }
  return bytes;
}

TEST_P(Announcements, OfFifteenStrangersRoutesAreRefusedAndTheOwnStillWorks) {
  Attack attack{exchange()};
  EXPECT_EQ(attack.outcome_of(leak_of(15, attack.who(), {kStrangersAs}), prefix("2600:3000::/32")),
            refused("9 10 100"));
}

TEST_P(Announcements, OfSeventeenRoutesCloseTheSessionWithCeaseMaximumPrefixes) {
  Attack attack{exchange()};
  attack.speaker().send(leak_of(17, attack.who(), {kStrangersAs}));
  EXPECT_EQ(attack.speaker().notification(), (bgp::Cease{6, 1}));
  EXPECT_FALSE(exchange().connect(attack.who().address).establish({.asn = attack.who().asn}))
      << "and it is not let in again at once";
}

// A route that came from the platform holds its AS and is dropped as a loop, before the count.
TEST_P(Announcements, OfWhatThePlatformItselfToldAreNotEvenKept) {
  Attack attack{exchange()};
  EXPECT_EQ(attack.outcome_of(leak_of(50, attack.who(), {kPlatformAs, kUpstreamAs}),
                              prefix("2600:3000::/32")),
            absent());
}

PEERLAB_IN_BOTH_FORMS(Announcements);

}  // namespace
}  // namespace peerlab::attack

// Rows 1 to 9 of the attack table (POLICY.md 2): what a member says about prefix and path.
#include <fmt/format.h>

#include "tests/attack/outcome.h"

namespace peerlab::attack {
namespace {

namespace bgp = testing_support::bgp;

class Announcements : public ExchangeTest {};

TEST_F(Announcements, OfTheLeasedPrefixReachEverybodyWithThePlatformsPath) {
  Attack attack{exchange()};
  for (unsigned times = 1; times <= 4; ++times) {
    EXPECT_EQ(attack.outcome_of_path(bgp::Asns(times, attack.who().asn)),
              announced(attack.who(), times));
  }
}

// Row 1.
TEST_F(Announcements, OfAnotherMembersPrefixAreRefusedWithReason100) {
  Attack attack{exchange()};
  const Attacker victim = exchange().attacker();
  const std::uint32_t own = attack.who().asn;
  const std::pair<bgp::Asns, Outcome> rows[] = {
      {{own}, refused("100")}, {{victim.asn}, absent()}, {{own, victim.asn}, refused("10 100")}};
  for (const auto& [path, expected] : rows) {
    EXPECT_EQ(attack.outcome_of(bgp::announcement(victim.prefix, path, attack.who().next_hop),
                                victim.prefix),
              expected)
        << fmt::format("path of {}", path.size());
  }
}

// Row 10.
TEST_F(Announcements, OfSeventeenRoutesCloseTheSessionWithCeaseMaximumPrefixes) {
  Attack attack{exchange()};
  bgp::Bytes leak;
  for (unsigned i = 0; i < 50; ++i) {
    leak += bgp::announcement(*Ipv6Prefix::parse(fmt::format("2600:{:x}::/32", 0x3000 + i)),
                              {attack.who().asn, 64499, kUpstreamAs}, attack.who().next_hop);
  }
  attack.speaker().send(leak);
  EXPECT_EQ(attack.speaker().notification(), (bgp::Cease{6, 1}));
}

}  // namespace
}  // namespace peerlab::attack

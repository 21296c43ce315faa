// Row 30 of the attack table (POLICY.md 2): what one route costs does not grow with the members.
#include <fmt/format.h>

#include "tests/attack/outcome.h"
#include "tests/support/facts/facts.h"

namespace peerlab::attack {
namespace {

namespace bgp = testing_support::bgp;

class Scale : public ExchangeOfAnyForm {
 protected:
  // BIRD's own seconds for so many announcements that its filter must judge, by turns of two
  // prefixes that are not leased.
  static double cost_of_a_flood(unsigned announcements) {
    Attack attack{exchange()};
    const Attacker& who = attack.who();
    const Ipv6Prefix first = *Ipv6Prefix::parse("3fff:100:fe::/48");
    const bgp::Bytes both = bgp::announcement(first, {who.asn}, who.next_hop) +
                            bgp::announcement(first, {who.asn, who.asn}, who.next_hop);
    const double before = exchange().ixp().cpu_seconds();
    for (unsigned i = 0; i < announcements / 2; ++i) EXPECT_TRUE(attack.speaker().send(both));
    EXPECT_EQ(attack.outcome_of("", first), refused("100"));
    return exchange().ixp().cpu_seconds() - before;
  }
};

TEST_P(Scale, OfTenThousandMembersMakesNoRouteDearer) {
  constexpr unsigned kFlood = 100'000, kMembers = 10'000;
  const double with_few = cost_of_a_flood(kFlood);
  for (std::uint32_t node = 1000; node < 1000 + kMembers; ++node) {
    exchange().rules.push_back(
        testing_support::rule(node, fmt::format("member{}", node), 4'200'000'000U + node));
  }
  exchange().publish();
  const double with_many = cost_of_a_flood(kFlood);
  RecordProperty("seconds_with_few", fmt::format("{:.2f}", with_few));
  RecordProperty("seconds_with_many", fmt::format("{:.2f}", with_many));
  EXPECT_LT(with_many, 2 * with_few + 0.2) << with_few;
}

PEERLAB_IN_BOTH_FORMS(Scale);

}  // namespace
}  // namespace peerlab::attack

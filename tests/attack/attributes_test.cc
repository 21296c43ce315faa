// Rows 12 to 17 of the attack table (POLICY.md 2): what a member hangs on its route.  None of it
// leaves the router, and none of it costs the member its route.
#include <fmt/format.h>

#include "base/text.h"
#include "tests/attack/outcome.h"

namespace peerlab::attack {
namespace {

namespace bgp = testing_support::bgp;
using bgp::kOptional, bgp::kOptionalTransitive, bgp::kWellKnown, bgp::u32;

class Attributes : public ExchangeOfAnyForm {
 protected:
  // The names of what a neighbour was told about the prefix, sorted: "as_path next_hop origin".
  static std::string told(RunningBird& bird, const Ipv6Prefix& prefix) {
    std::set<std::string> names;
    const std::string text = bird.ask(fmt::format("show route {} all protocol ixp", prefix.text()));
    for (const std::string_view line : split(text, '\n')) {
      const auto [name, value] = split_once(trim(line), ':');
      if (name.starts_with("BGP.")) names.insert(std::string{name.substr(4)});
    }
    std::string joined;
    for (const std::string& name : names) joined += (joined.empty() ? "" : " ") + name;
    return joined;
  }

  static void expect_nothing_told_but_the_route(Attack& attack, const char* row,
                                                std::string_view attributes) {
    EXPECT_EQ(attack.outcome_of_path({attack.who().asn}, attributes), announced(attack.who()))
        << row;
    // A neighbour gives the local preference itself; `otc` to members is our role's (RFC 9234).
    const Ipv6Prefix& prefix = attack.who().prefix;
    EXPECT_EQ(told(exchange().upstream(), prefix), "as_path local_pref next_hop origin") << row;
    EXPECT_EQ(told(exchange().route_server(), prefix), "as_path local_pref next_hop origin") << row;
    EXPECT_EQ(told(exchange().bob(), prefix), "as_path local_pref next_hop origin otc") << row;
  }
};

bgp::Bytes standard(std::initializer_list<std::uint32_t> communities) {
  bgp::Bytes bytes;
  for (const std::uint32_t community : communities) bytes += u32(community);
  return bgp::attribute(kOptionalTransitive, 8, bytes);
}

bgp::Bytes large(std::initializer_list<LargeCommunity> communities) {
  bgp::Bytes bytes;
  for (const LargeCommunity& one : communities) {
    bytes += u32(one.administrator) + u32(one.function) + u32(one.parameter);
  }
  return bgp::attribute(kOptionalTransitive, 32, bytes);
}

bgp::Bytes repeated(std::string_view bytes, unsigned times) {
  bgp::Bytes all;
  for (unsigned i = 0; i < times; ++i) all += bytes;
  return all;
}

// Rows 12 to 15 and 17.
TEST_P(Attributes, OfAMemberNeverLeaveTheRouterAndNeverCostTheRoute) {
  Attack attack{exchange()};
  const auto own_as = u32(attack.who().asn);
  const std::vector<std::pair<const char*, bgp::Bytes>> rows{
      {"BLACKHOLE", standard({0xffff029a})},
      {"GRACEFUL_SHUTDOWN", standard({0xffff0000})},
      {"NO_EXPORT, NO_ADVERTISE, NO_EXPORT_SUBCONFED",
       standard({0xffffff01, 0xffffff02, 0xffffff03})},
      {"a stranger's action", standard({64496U << 16U | 666})},
      {"a route target",
       bgp::attribute(kOptionalTransitive, 16, bgp::Bytes("\x00\x02\xfb\xf0\0\0\0\1", 8))},
      {"IPv6 extended communities", bgp::attribute(kOptionalTransitive, 25, bgp::Bytes(20, '\1'))},
      {"large communities of a stranger", large({{64496, 0, 1}, {64496, 666, 0}})},
      {"a forged reason", large({{kPlatformAs, 1101, 100}})},
      {"the platform's, without a meaning", large({{kPlatformAs, 0, 4}, {kPlatformAs, 1, 1}})},
      {"900 communities", bgp::attribute(kOptionalTransitive, 8, repeated(u32(0xfde80001), 900))},
      {"320 large communities",
       bgp::attribute(kOptionalTransitive, 32, repeated(u32(65000) + u32(1) + u32(2), 320))},
      {"unknown 40", bgp::attribute(kOptionalTransitive, 40, "prefix-sid?")},
      {"unknown 128", bgp::attribute(kOptionalTransitive, 128, "attr-set?")},
      {"unknown 200, 3000 octets", bgp::attribute(kOptionalTransitive, 200, bgp::Bytes(3000, 'x'))},
      {"unknown, not transitive", bgp::attribute(kOptional, 200, "x")},
      {"MED", bgp::attribute(kOptional, 4, u32(1))},
      {"LOCAL_PREF", bgp::attribute(kWellKnown, 5, u32(4'000'000))},
      {"ATOMIC_AGGREGATE", bgp::attribute(kWellKnown, 6, "")},
      {"AGGREGATOR", bgp::attribute(kOptionalTransitive, 7, own_as + u32(0x0a000001))},
      {"ORIGINATOR_ID", bgp::attribute(kOptional, 9, u32(0x0a000001))},
      {"CLUSTER_LIST", bgp::attribute(kOptional, 10, u32(0x0a000001))},
      {"AIGP", bgp::attribute(kOptional, 26, bgp::Bytes("\x01\x00\x0b\0\0\0\0\0\0\0\1", 11))}};
  for (const auto& [name, attributes] : rows) {
    expect_nothing_told_but_the_route(attack, name, attributes);
  }
}

TEST_P(Attributes, OriginIsIgpWhateverTheMemberSays) {
  Attack attack{exchange()};
  const Attacker& who = attack.who();
  for (const std::uint8_t said : {std::uint8_t{1}, std::uint8_t{2}}) {
    const bgp::Bytes attributes =
        bgp::reach({who.prefix}, who.next_hop) + bgp::origin(said) + bgp::path({who.asn});
    EXPECT_EQ(attack.outcome_of(bgp::update(attributes), who.prefix), announced(who));
    EXPECT_THAT(exchange().upstream().ask("show route all " + who.prefix.text()),
                testing::HasSubstr("BGP.origin: IGP"));
  }
}

// Row 12: the only words of a member's that mean anything.
TEST_P(Attributes, LargeCommunitiesOfThePlatformKeepTheRouteFromThatGroupOnly) {
  Attack attack{exchange()};
  for (unsigned groups = 0; groups < 8; ++groups) {
    Outcome expected = announced(attack.who());
    bgp::Bytes bytes;
    const std::array seen{&Outcome::upstream, &Outcome::route_server, &Outcome::member};
    for (unsigned group = 1; group <= 3; ++group) {
      if ((groups >> (group - 1) & 1U) == 0) continue;
      bytes += u32(kPlatformAs) + u32(0) + u32(group);
      expected.*seen[group - 1] = "nothing";
    }
    EXPECT_EQ(attack.outcome_of_path(
                  {attack.who().asn},
                  bytes.empty() ? bytes : bgp::attribute(kOptionalTransitive, 32, bytes)),
              expected)
        << groups;
  }
}

// Row 16: a customer that sends Only-To-Customer sends what it learned from a provider or peer.
TEST_P(Attributes, OnlyToCustomerMakesTheRouteALeakThatCountsAsWithdrawn) {
  Attack attack{exchange()};
  EXPECT_EQ(attack.outcome_of_path({attack.who().asn}), announced(attack.who()));
  EXPECT_EQ(attack.outcome_of_path({attack.who().asn},
                                   bgp::attribute(kOptionalTransitive, 35, u32(attack.who().asn))),
            absent());
}

PEERLAB_IN_BOTH_FORMS(Attributes);

}  // namespace
}  // namespace peerlab::attack

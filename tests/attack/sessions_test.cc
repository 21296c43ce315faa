// Rows 20 to 25 and 28 of the attack table (POLICY.md 2): what a session may do to the router.  Who
// gets one is in forms_test.cc.
#include <fmt/format.h>

#include <thread>

#include "tests/attack/outcome.h"

namespace peerlab::attack {
namespace {

namespace bgp = testing_support::bgp;
using namespace std::chrono_literals;

class Sessions : public ExchangeOfAnyForm {
 protected:
  static bool upstream_has(const Ipv6Prefix& prefix) {
    return !exchange().upstream().routes(prefix).empty();
  }
};

// Row 29.
TEST_P(Sessions, OnAnotherAddressOfTheServersHaveNobodyWhoListens) {
  EXPECT_FALSE(exchange().connect("fd7a:115c:a1e0::ffff", "fd7a:115c:a1e0::1").connected());
  EXPECT_FALSE(exchange().connect(exchange().attacker().address, kIxpElsewhere).connected());
}

// Row 20.
TEST_P(Sessions, OfASecondConnectionAreRefusedAndTheFirstStays) {
  for (const bgp::Bytes& capabilities :
       {bgp::ipv6_unicast(), bgp::ipv6_unicast() + bgp::graceful_restart(120)}) {
    Attack first{exchange(), {.capabilities = capabilities}};
    EXPECT_EQ(first.outcome_of_path({first.who().asn}), announced(first.who()));
    EXPECT_FALSE(exchange()
                     .connect(first.who().address)
                     .establish({.asn = first.who().asn, .capabilities = capabilities}));
    EXPECT_EQ(first.outcome_of("", first.who().prefix), announced(first.who()));
  }
}

// Row 21.
TEST_P(Sessions, ThatVanishTakeTheirRoutesWithThemWhateverRestartTheyPromised) {
  Attack attack{exchange(), {.capabilities = bgp::ipv6_unicast() + bgp::graceful_restart(4000)}};
  EXPECT_EQ(attack.outcome_of_path({attack.who().asn}), announced(attack.who()));
  attack.speaker().close();
  EXPECT_TRUE(eventually([&] { return !upstream_has(attack.who().prefix); }, 1s));
}

TEST_P(Sessions, ThatFallSilentEndWithTheirHoldTime) {
  Attack attack{exchange(), {.hold_time = 9}};
  EXPECT_EQ(attack.outcome_of_path({attack.who().asn}), announced(attack.who()));
  EXPECT_EQ(attack.speaker().notification(11s), (bgp::Cease{4, 0}));
  EXPECT_TRUE(eventually([&] { return !upstream_has(attack.who().prefix); }, 1s));
}

// Row 22.  9 s is what FRR's datacenter profile proposes.
TEST_P(Sessions, WithAHoldTimeBelowNineSecondsAreRefused) {
  for (const std::uint16_t seconds : std::initializer_list<std::uint16_t>{0, 1, 2, 3, 8}) {
    const Attacker who = exchange().attacker();
    bgp::Speaker speaker = exchange().connect(who.address);
    speaker.send(bgp::open({.asn = who.asn, .hold_time = seconds}));
    EXPECT_EQ(speaker.notification(), (bgp::Cease{2, 6})) << seconds;
  }
  const Attacker who = exchange().attacker();
  EXPECT_TRUE(exchange().connect(who.address).establish({.asn = who.asn, .hold_time = 9}));
}

// Row 23.  The member is asked nothing: no ROUTE-REFRESH that it could ignore.
TEST_P(Sessions, OfAMemberWhoseLeaseEndedStayAndTheRouteGoes) {
  Attack attack{exchange()};
  const Ipv6Prefix& prefix = attack.who().prefix;
  EXPECT_EQ(attack.outcome_of_path({attack.who().asn}), announced(attack.who()));
  std::erase_if(exchange().leases, [&](const auto& row) { return row.prefix.prefix() == prefix; });
  const auto begin = std::chrono::steady_clock::now();
  exchange().publish();
  EXPECT_TRUE(eventually([&] { return !upstream_has(prefix); }, 1s));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 500ms);
  EXPECT_EQ(attack.outcome_of("", prefix), refused("100"));
  exchange().leases.push_back({*Prefix48::make(prefix), *Asn::make(attack.who().asn)});
  exchange().publish();
  EXPECT_EQ(attack.outcome_of("", prefix), announced(attack.who())) << "leased again";
}

// Row 24.
TEST_P(Sessions, FloodedWithRoutesCloseAndLeaveNoMemoryBehind) {
  for (const std::size_t attribute_size : {std::size_t{0}, std::size_t{3600}}) {
    const std::uint64_t before = exchange().ixp().resident_kib();
    Attack attack{exchange()};
    const bgp::Bytes weight =
        bgp::attribute(bgp::kOptionalTransitive, 200, bgp::Bytes(attribute_size, 'x'));
    std::uint32_t sent = 0;
    for (; sent < 100'000; ++sent) {
      const auto prefix =
          *Ipv6Prefix::parse(fmt::format("2a0{:x}:{:x}::/32", sent >> 16U, sent & 0xffffU));
      if (!attack.speaker().send(
              bgp::announcement(prefix, {attack.who().asn, 3356}, attack.who().next_hop, weight))) {
        break;
      }
    }
    EXPECT_TRUE(eventually([&] { return !exchange().established(attack.who()); }));
    EXPECT_LT(exchange().ixp().resident_kib(), before + 4096);
  }
}

// Row 25.
TEST_P(Sessions, ThatAskForARefreshClose) {
  Attack attack{exchange()};
  attack.speaker().send(
      bgp::message(bgp::Kind::RouteRefresh, bgp::u16(2) + bgp::u8(0) + bgp::u8(1)));
  EXPECT_EQ(attack.speaker().notification(), (bgp::Cease{1, 3}));
}

// Bytes that are no BGP at all.
TEST_P(Sessions, ThatSpeakNonsenseCloseAndTheRouterGoesOn) {
  const std::vector<std::pair<bgp::Bytes, bgp::Cease>> rows{
      {bgp::Bytes(19, '\0'), {1, 1}},
      {bgp::Bytes(16, '\xff') + bgp::u16(18) + bgp::u8(2), {1, 2}},
      {bgp::Bytes(16, '\xff') + bgp::u16(65535) + bgp::u8(2), {1, 2}},
      {bgp::message(static_cast<bgp::Kind>(77), ""), {1, 3}},
      {bgp::message(bgp::Kind::Update, bgp::u16(0) + bgp::u16(500)), {3, 1}},
      {bgp::open({.asn = 1}), {5, 3}}};
  for (const auto& [bytes, expected] : rows) {
    Attack attack{exchange()};
    attack.speaker().send(bytes);
    EXPECT_EQ(attack.speaker().notification(), expected);
  }
}

// Row 28.
TEST_P(Sessions, OpenedAndClosedThreeThousandTimesCostTheOthersNothing) {
  Attack honest{exchange()};
  const Attacker who = exchange().attacker();
  const std::uint64_t before = exchange().ixp().resident_kib();
  for (int i = 0; i < 3000; ++i) {
    const bgp::Speaker speaker = exchange().connect(i % 2 == 0 ? who.address : kStranger);
    EXPECT_TRUE(speaker.connected());
    exchange().let_it_accept();
  }
  EXPECT_EQ(honest.outcome_of_path({honest.who().asn}), announced(honest.who()));
  EXPECT_LT(exchange().ixp().resident_kib(), before + 1024);
  EXPECT_THAT(
      exchange().ixp().ask(fmt::format("show protocols all \"{}*\"", exchange().session_of(who))),
      testing::ContainsRegex("BGP state: +Passive"))
      << "the server would dial it";
}

PEERLAB_IN_BOTH_FORMS(Sessions);

}  // namespace
}  // namespace peerlab::attack

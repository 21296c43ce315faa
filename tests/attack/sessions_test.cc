// Rows 18 to 25, 28 and 29 of the attack table (POLICY.md 2): who gets a session, and what it may
// do to the router.
#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "tests/attack/outcome.h"

namespace peerlab::attack {
namespace {

namespace bgp = testing_support::bgp;
using namespace std::chrono_literals;

class Sessions : public ExchangeTest {
 protected:
  static std::size_t protocols() {
    const std::string text = exchange().ixp().ask("show protocols");
    return static_cast<std::size_t>(std::ranges::count(text, '\n'));
  }
  // Eight connections wait at most; a ninth would try again a second later.  An answer on the
  // control socket comes from the same loop that accepts.
  static void let_it_accept() { EXPECT_FALSE(exchange().ixp().ask("show status").empty()); }
  static bool upstream_has(const Ipv6Prefix& prefix) {
    return !exchange().upstream().routes(prefix).empty();
  }
};

// Row 18.
TEST_F(Sessions, AsAnotherAsAreRefusedWithBadPeerAsAndHeldOff) {
  for (const std::uint32_t asn : {kBobsAs, 6939U, kPlatformAs, 23456U, 0U}) {
    const Attacker who = exchange().attacker();
    bgp::Speaker speaker = exchange().connect(who.address);
    speaker.send(bgp::open({.asn = asn}));
    EXPECT_EQ(speaker.notification(), (bgp::Cease{2, 2})) << asn;
    EXPECT_FALSE(exchange().connect(who.address).establish({.asn = who.asn}));
    EXPECT_THAT(exchange().ixp().ask(fmt::format("show protocols all \"{}\"", who.protocols())),
                testing::ContainsRegex("Error wait: +[0-9.]+/30"));
  }
}

// Row 19.
TEST_F(Sessions, OfAStrangersMachineDoNotExist) {
  const std::size_t before = protocols();
  bgp::Speaker speaker = exchange().connect(kStranger);
  speaker.send(bgp::open({.asn = kBobsAs}));
  EXPECT_EQ(speaker.receive(1s), std::nullopt) << "not even an OPEN";
  EXPECT_EQ(protocols(), before);
}

TEST_F(Sessions, OnAnotherAddressOfTheServersHaveNobodyWhoListens) {
  EXPECT_FALSE(exchange().connect("fd7a:115c:a1e0::ffff", "fd7a:115c:a1e0::1").connected());
  EXPECT_FALSE(exchange().connect(exchange().attacker().address, kIxpElsewhere).connected());
}

// Row 20.
TEST_F(Sessions, OfASecondConnectionAreRefusedAndTheFirstStays) {
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
TEST_F(Sessions, ThatVanishTakeTheirRoutesWithThemWhateverRestartTheyPromised) {
  Attack attack{exchange(), {.capabilities = bgp::ipv6_unicast() + bgp::graceful_restart(4000)}};
  EXPECT_EQ(attack.outcome_of_path({attack.who().asn}), announced(attack.who()));
  attack.speaker().close();
  EXPECT_TRUE(eventually([&] { return !upstream_has(attack.who().prefix); }, 1s));
}

TEST_F(Sessions, ThatFallSilentEndWithTheirHoldTime) {
  Attack attack{exchange(), {.hold_time = 9}};
  EXPECT_EQ(attack.outcome_of_path({attack.who().asn}), announced(attack.who()));
  EXPECT_EQ(attack.speaker().notification(11s), (bgp::Cease{4, 0}));
  EXPECT_TRUE(eventually([&] { return !upstream_has(attack.who().prefix); }, 1s));
}

// Row 22.  9 s is what FRR's datacenter profile proposes.
TEST_F(Sessions, WithAHoldTimeBelowNineSecondsAreRefused) {
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
TEST_F(Sessions, OfAMemberWhoseLeaseEndedStayAndTheRouteGoes) {
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

TEST_F(Sessions, OfAMemberThatLeftCloseAndNobodyElsesDo) {
  Attack leaver{exchange()}, other{exchange()};
  EXPECT_EQ(leaver.outcome_of_path({leaver.who().asn}), announced(leaver.who()));
  std::erase_if(exchange().rules,
                [&](const auto& rule) { return rule.node.number() == leaver.who().node; });
  exchange().publish();
  EXPECT_TRUE(leaver.speaker().notification().has_value());
  EXPECT_TRUE(eventually([&] { return !upstream_has(leaver.who().prefix); }, 1s));
  EXPECT_EQ(other.outcome_of_path({other.who().asn}), announced(other.who()));
}

// Row 24.
TEST_F(Sessions, FloodedWithRoutesCloseAndLeaveNoMemoryBehind) {
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
    EXPECT_TRUE(
        eventually([&] { return !exchange().ixp().established(attack.who().protocols()); }));
    EXPECT_LT(exchange().ixp().resident_kib(), before + 4096);
  }
}

// Row 25.
TEST_F(Sessions, ThatAskForARefreshClose) {
  Attack attack{exchange()};
  attack.speaker().send(
      bgp::message(bgp::Kind::RouteRefresh, bgp::u16(2) + bgp::u8(0) + bgp::u8(1)));
  EXPECT_EQ(attack.speaker().notification(), (bgp::Cease{1, 3}));
}

// Bytes that are no BGP at all.
TEST_F(Sessions, ThatSpeakNonsenseCloseAndTheRouterGoesOn) {
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
TEST_F(Sessions, OpenedAndClosedThreeThousandTimesCostTheOthersNothing) {
  Attack honest{exchange()};
  const Attacker who = exchange().attacker();
  const std::uint64_t before = exchange().ixp().resident_kib();
  for (int i = 0; i < 3000; ++i) {
    const bgp::Speaker speaker = exchange().connect(i % 2 == 0 ? who.address : kStranger);
    EXPECT_TRUE(speaker.connected());
    let_it_accept();
  }
  EXPECT_EQ(honest.outcome_of_path({honest.who().asn}), announced(honest.who()));
  EXPECT_LT(exchange().ixp().resident_kib(), before + 1024);
  EXPECT_THAT(exchange().ixp().ask(fmt::format("show protocols all \"{}\"", who.protocols())),
              testing::ContainsRegex("BGP state: +Passive"))
      << "the server would dial it";
}

// Row 29.
TEST_F(Sessions, OfAThousandStrangersLeaveNoProtocolThatWouldDialThem) {
  const std::size_t before = protocols();
  for (int i = 0; i < 1000; ++i) {
    bgp::Speaker speaker =
        exchange().connect(fmt::format("100.65.{}.{}", 1 + i / 250, 1 + i % 250));
    speaker.send(bgp::open({.asn = kBobsAs}));
    let_it_accept();
  }
  EXPECT_EQ(protocols(), before);
}

}  // namespace
}  // namespace peerlab::attack

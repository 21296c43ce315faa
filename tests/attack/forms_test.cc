// Rows 18, 19 and 29 of the attack table (POLICY.md 2), where the two forms differ: the sessions
// form asks a machine who it is before it speaks with it; the function form speaks with every
// machine of the overlay, and believes none that it does not know.
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "tests/attack/outcome.h"

namespace peerlab::attack {
namespace {

namespace bgp = testing_support::bgp;
using namespace std::chrono_literals;

constexpr unsigned kStrangers = 1000;

std::string address_of_stranger(unsigned number) {
  return fmt::format("100.65.{}.{}", 1 + number / 250, 1 + number % 250);
}

std::size_t protocols(RunningBird& bird) {
  return static_cast<std::size_t>(std::ranges::count(bird.ask("show protocols"), '\n'));
}

void visit_as_strangers(Exchange& exchange) {
  for (unsigned number = 0; number < kStrangers; ++number) {
    bgp::Speaker speaker = exchange.connect(address_of_stranger(number));
    speaker.send(bgp::open({.asn = kBobsAs}));
    exchange.let_it_accept();
  }
}

void revoke(Exchange& exchange, const Attacker& who) {
  std::erase_if(exchange.rules, [&](const auto& rule) { return rule.node.number() == who.node; });
  exchange.publish();
}

class SessionsForm : public ExchangeTest {};

// Row 18.
TEST_F(SessionsForm, RefusesAnotherAsWithBadPeerAsAndHoldsTheMachineOff) {
  for (const std::uint32_t asn : {kBobsAs, 6939U, kPlatformAs, 23456U, 0U}) {
    const Attacker who = exchange().attacker();
    bgp::Speaker speaker = exchange().connect(who.address);
    speaker.send(bgp::open({.asn = asn}));
    EXPECT_EQ(speaker.notification(), (bgp::Cease{2, 2})) << asn;
    EXPECT_FALSE(exchange().connect(who.address).establish({.asn = who.asn}));
    EXPECT_THAT(
        exchange().ixp().ask(fmt::format("show protocols all \"{}*\"", exchange().session_of(who))),
        testing::ContainsRegex("Error wait: +[0-9.]+/30"));
  }
}

// Row 19.
TEST_F(SessionsForm, HasNoSessionForAStrangersMachine) {
  const std::size_t before = protocols(exchange().ixp());
  bgp::Speaker speaker = exchange().connect(kStranger);
  speaker.send(bgp::open({.asn = kBobsAs}));
  EXPECT_EQ(speaker.receive(1s), std::nullopt) << "not even an OPEN";
  EXPECT_EQ(protocols(exchange().ixp()), before);
}

TEST_F(SessionsForm, ClosesTheSessionOfAMemberThatLeftAndNobodyElses) {
  Attack leaver{exchange()}, other{exchange()};
  EXPECT_EQ(leaver.outcome_of_path({leaver.who().asn}), announced(leaver.who()));
  revoke(exchange(), leaver.who());
  EXPECT_TRUE(leaver.speaker().notification().has_value());
  EXPECT_TRUE(
      eventually([&] { return exchange().upstream().routes(leaver.who().prefix).empty(); }, 1s));
  EXPECT_EQ(other.outcome_of_path({other.who().asn}), announced(other.who()));
}

// Row 29.
TEST_F(SessionsForm, KeepsNothingOfAThousandStrangers) {
  const std::size_t before = protocols(exchange().ixp());
  visit_as_strangers(exchange());
  EXPECT_EQ(protocols(exchange().ixp()), before);
}

class FunctionForm : public ExchangeTest {
 protected:
  FunctionForm() : ExchangeTest{bird::Form::Function} {}
  // Within some updates: the platform's infrastructure, 3fff:200::/48, as NLRI.
  static bool hears(bgp::Speaker& speaker) {
    constexpr std::string_view kInfrastructure{"\x30\x3f\xff\x02\0\0\0", 7};
    while (const auto message = speaker.receive()) {
      if (message->kind == bgp::Kind::Update &&
          message->body.find(kInfrastructure) != bgp::Bytes::npos) {
        return true;
      }
    }
    return false;
  }

  static void expect_soon(const Attacker& who, const Ipv6Prefix& prefix, const Outcome& expected) {
    const auto seen = [&] { return outcome(exchange(), exchange().session_of(who), prefix); };
    EXPECT_TRUE(eventually([&] { return seen() == expected; })) << seen();
  }
};

// Row 18.  A member's machine that calls itself another AS announces its own and another's lease.
TEST_F(FunctionForm, LetsAnotherAsHearAndBelievesNothingOfIt) {
  const Attacker victim = exchange().attacker();
  for (const std::uint32_t asn : {kBobsAs, 6939U, 23456U, 0U}) {
    SCOPED_TRACE(asn);
    const Attacker who = exchange().attacker();
    bgp::Speaker speaker = exchange().connect(who.address);
    ASSERT_TRUE(speaker.establish({.asn = asn}));
    EXPECT_TRUE(hears(speaker));
    for (const bgp::Asns& path : {bgp::Asns{asn}, {asn, who.asn}}) {
      speaker.send(bgp::announcement(who.prefix, path, who.next_hop));
      expect_soon(who, who.prefix, refused("10"));
    }
    speaker.send(bgp::announcement(victim.prefix, {asn, victim.asn}, who.next_hop));
    expect_soon(who, victim.prefix, refused("10 100"));
    speaker.send(bgp::announcement(who.prefix, {who.asn}, who.next_hop));
    expect_soon(who, who.prefix, absent());
  }
}

TEST_F(FunctionForm, RefusesThePlatformsOwnAsWithBadPeerAs) {
  bgp::Speaker speaker = exchange().connect(exchange().attacker().address);
  speaker.send(bgp::open({.asn = kPlatformAs}));
  EXPECT_EQ(speaker.notification(), (bgp::Cease{2, 2}));
}

// Row 19.
TEST_F(FunctionForm, LetsAStrangersMachineHearAndBelievesNothingOfIt) {
  const Attacker victim = exchange().attacker();
  Attacker stranger = victim;
  stranger.address = kStranger;
  bgp::Speaker speaker = exchange().connect(kStranger);
  ASSERT_TRUE(speaker.establish({.asn = victim.asn}));
  EXPECT_TRUE(hears(speaker));
  speaker.send(bgp::announcement(victim.prefix, {victim.asn}, victim.next_hop));
  expect_soon(stranger, victim.prefix, refused("102"));
}

TEST_F(FunctionForm, BelievesNothingMoreOfAMemberThatLeftAndTheOthersStay) {
  Attack leaver{exchange()}, other{exchange()};
  EXPECT_EQ(leaver.outcome_of_path({leaver.who().asn}), announced(leaver.who()));
  EXPECT_EQ(other.outcome_of_path({other.who().asn}), announced(other.who()));
  revoke(exchange(), leaver.who());
  expect_soon(leaver.who(), leaver.who().prefix, refused("102"));
  EXPECT_EQ(other.outcome_of("", other.who().prefix), announced(other.who()));
}

// Row 29.  Of each a small protocol stays that waits: no more of them than the overlay has
// machines.
TEST_F(FunctionForm, DialsNoneOfAThousandStrangersAndServesItsMembers) {
  Attack honest{exchange()};
  const std::size_t before = protocols(exchange().ixp());
  const std::uint64_t kib = exchange().ixp().resident_kib();
  visit_as_strangers(exchange());
  EXPECT_LE(protocols(exchange().ixp()), before + kStrangers);
  EXPECT_LT(exchange().ixp().resident_kib(), kib + 8 * kStrangers);
  const std::string shown = exchange().ixp().ask("show protocols all \"peerlab_0*\"");
  EXPECT_THAT(shown, testing::Not(testing::ContainsRegex("BGP state: +(Active|Connect)")));
  EXPECT_EQ(honest.outcome_of_path({honest.who().asn}), announced(honest.who()));
}

}  // namespace
}  // namespace peerlab::attack

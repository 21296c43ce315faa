// On what terms the router speaks: what its OPEN offers, and the times that it keeps then. Whatever
// it does not offer a peer cannot use against it.
#include <fmt/format.h>

#include <optional>
#include <set>
#include <string_view>

#include "tests/attack/outcome.h"

namespace peerlab::attack {
namespace {

namespace bgp = testing_support::bgp;
using namespace std::chrono_literals;

unsigned octet(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes.at(at));
}

// RFC 4271, 4.2: version, AS, hold time, router id, then parameters: of kind 2, with capabilities.
unsigned hold_time(const bgp::Message& open) {
  return octet(open.body, 3) * 256 + octet(open.body, 4);
}
std::set<unsigned> capabilities(const bgp::Message& open) {
  std::set<unsigned> codes;
  std::string_view parameters = std::string_view{open.body}.substr(10);
  for (; !parameters.empty(); parameters.remove_prefix(2 + octet(parameters, 1))) {
    std::string_view offered = parameters.substr(2, octet(parameters, 1));
    for (; !offered.empty(); offered.remove_prefix(2 + octet(offered, 1))) {
      codes.insert(octet(offered, 0));
    }
  }
  return codes;
}

constexpr unsigned kMultiprotocol = 1, kRole = 9, kFourOctets = 65;

bgp::Message open_of(bgp::Speaker& speaker, std::uint32_t to_as) {
  speaker.send(bgp::open({.asn = to_as}));
  return speaker.receive(10s).value_or(bgp::Message{});
}

// With a peer that itself proposes four minutes.
void expect_times(Exchange& exchange, const std::string& session, unsigned hold,
                  unsigned keepalive) {
  const std::string shown = exchange.ixp().ask(fmt::format("show protocols all \"{}*\"", session));
  EXPECT_THAT(shown, testing::ContainsRegex(fmt::format("Hold timer: +[0-9.]+/{}\n", hold)));
  EXPECT_THAT(shown,
              testing::ContainsRegex(fmt::format("Keepalive timer: +[0-9.]+/{}\n", keepalive)));
}

class Terms : public ExchangeOfAnyForm {};

TEST_P(Terms, OfferMembersNoMoreThanTheyNeed) {
  const Attacker who = exchange().attacker();
  bgp::Speaker speaker = exchange().connect(who.address);
  const bgp::Message open = open_of(speaker, who.asn);
  ASSERT_EQ(open.kind, bgp::Kind::Open);
  EXPECT_EQ(hold_time(open), 45U);
  EXPECT_EQ(capabilities(open), (std::set<unsigned>{kMultiprotocol, kRole, kFourOctets}));
}

TEST_P(Terms, KeepTheTimesOfMembersShort) {
  const Attack attack{exchange()};
  expect_times(exchange(), exchange().session_of(attack.who()), 45, 15);
}

PEERLAB_IN_BOTH_FORMS(Terms);

class SiblingTerms : public ExchangeTest {
 protected:
  static bgp::Speaker connect() { return exchange().connect(kRawSibling, kIxpToRawSibling); }
  // It is let in again some seconds after an error.
  static bool comes_back(const bgp::Open& open) {
    return eventually([&] { return connect().establish(open); }, 30s);
  }
};

TEST_F(SiblingTerms, OfferNoMoreThanASiblingNeeds) {
  bgp::Speaker speaker = connect();
  const bgp::Message open = open_of(speaker, kPlatformAs);
  ASSERT_EQ(open.kind, bgp::Kind::Open);
  EXPECT_EQ(hold_time(open), 15U);
  EXPECT_EQ(capabilities(open), (std::set<unsigned>{kMultiprotocol, kFourOctets}));
}

TEST_F(SiblingTerms, KeepTheTimesShort) {
  std::optional<bgp::Speaker> speaker;
  ASSERT_TRUE(
      eventually([&] { return speaker.emplace(connect()).establish({.asn = kPlatformAs}); }, 30s));
  ASSERT_TRUE(eventually([&] { return exchange().ixp().established("peerlab_sibling_ams"); }));
  expect_times(exchange(), "peerlab_sibling_ams", 15, 5);
}

// A sibling that is gone must be seen to be gone.
TEST_F(SiblingTerms, WithAHoldTimeBelowNineSecondsAreRefused) {
  EXPECT_TRUE(eventually(
      [] {
        bgp::Speaker speaker = connect();
        speaker.send(bgp::open({.asn = kPlatformAs, .hold_time = 8}));
        return speaker.notification() == bgp::Cease{2, 6};
      },
      30s));
  EXPECT_TRUE(comes_back({.asn = kPlatformAs, .hold_time = 9}));
}

// As in Reach: the link between two sites has no router in it.
TEST_F(SiblingTerms, EndAtTheFirstRouter) {
  bgp::Speaker speaker = exchange().connect_from_afar(kFarSibling, kIxpToRawSibling);
  ASSERT_TRUE(speaker.connected()) << "the way there and back is open";
  speaker.send(bgp::open({.asn = kPlatformAs}));
  EXPECT_EQ(speaker.receive(2s), std::nullopt);
}

}  // namespace
}  // namespace peerlab::attack

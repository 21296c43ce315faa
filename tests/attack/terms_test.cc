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

bgp::Bytes bytes_of(const std::string& address) {
  const auto octets = Ipv6::parse(address)->bytes();
  return {octets.begin(), octets.end()};
}

// An update with so many routes that no member has a lease for.
bgp::Bytes routes_from(std::uint32_t first, std::uint32_t count) {
  std::vector<Ipv6Prefix> prefixes;
  for (std::uint32_t number = first; number < first + count; ++number) {
    prefixes.push_back(
        *Ipv6Prefix::parse(fmt::format("2a00:{:x}:{:x}::/48", number >> 16U, number & 0xffffU)));
  }
  return bgp::update(bgp::reach(prefixes, *Ipv6::parse(kRawSibling)) + bgp::origin(0) +
                     bgp::path({kBobsAs}));
}

class SiblingTerms : public ExchangeTest {
 protected:
  static bgp::Speaker connect() { return exchange().connect(kRawSibling, kIxpToRawSibling); }
  // With its session established; the one before may have ended a moment ago.
  static bgp::Speaker connect_at_last() {
    std::optional<bgp::Speaker> speaker;
    EXPECT_TRUE(eventually(
        [&] { return speaker.emplace(connect()).establish({.asn = kPlatformAs}); }, 30s));
    EXPECT_TRUE(eventually([&] { return exchange().ixp().established("peerlab_sibling_ams"); }));
    return std::move(*speaker);
  }
  static std::string said_of_the_session() {
    return exchange().ixp().ask("show protocols all peerlab_sibling_ams");
  }
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
  const bgp::Speaker speaker = connect_at_last();
  expect_times(exchange(), "peerlab_sibling_ams", 15, 5);
}

// The sibling's routers know the way to this site, and none to its members' overlay addresses.
TEST_F(SiblingTerms, NameThisSiteAsTheWayToItsMembers) {
  bgp::Speaker speaker = connect_at_last();
  Attack member{exchange()};
  const Attacker& who = member.who();
  EXPECT_EQ(member.outcome_of_path({who.asn}), announced(who));
  const bgp::Bytes told = bgp::unreach({who.prefix}).substr(6);  // as it stands in an update
  std::optional<bgp::Message> update;
  do {
    update = speaker.receive(10s);
  } while (update && update->body.find(told) == bgp::Bytes::npos);
  ASSERT_TRUE(update) << "it was not told";
  EXPECT_NE(update->body.find(bytes_of(kIxpToRawSibling)), bgp::Bytes::npos);
  EXPECT_EQ(update->body.find(bytes_of(who.next_hop.text())), bgp::Bytes::npos);
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

// What 10,000 members could hold at most, and room: more is a sibling that lost its mind.
TEST_F(SiblingTerms, LetASiblingTellAHundredThousandRoutesAndNoMore) {
  bgp::Speaker speaker = connect_at_last();
  constexpr std::uint32_t kMost = 100'000;
  for (std::uint32_t first = 0; first < kMost; first += 500) {
    speaker.send(routes_from(first, 500));
  }
  EXPECT_TRUE(eventually(
      [] { return said_of_the_session().find(" 100000 filtered") != std::string::npos; }, 30s))
      << said_of_the_session();
  EXPECT_TRUE(exchange().ixp().established("peerlab_sibling_ams"));
  speaker.send(routes_from(kMost, 1));
  EXPECT_EQ(speaker.notification(30s), (bgp::Cease{6, 1}));
  EXPECT_TRUE(eventually([] { return said_of_the_session().find(" start ") != std::string::npos; }))
      << "it may come back";
}

}  // namespace
}  // namespace peerlab::attack

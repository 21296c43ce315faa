#include "confgen/session_orders.h"

#include <gmock/gmock.h>

namespace peerlab::confgen {
namespace {

using namespace std::chrono_literals;
using bird::ShownSession;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const Ipv4 kAlice = *Ipv4::parse("100.64.0.7");
constexpr Instant kNow{std::chrono::seconds{1'795'000'000}};

ShownSession established(std::string name = "peerlab_n7_1", Ipv4 neighbour = kAlice) {
  ShownSession session{std::move(name), "up", "", "Established"};
  session.neighbour = neighbour;
  session.neighbour_as = *Asn::make(65107);
  return session;
}

ShownSession closed_by_bird(std::chrono::milliseconds left, std::string since = "05:13:10") {
  ShownSession session = established();
  session.state = "start", session.info = "Idle", session.since = std::move(since);
  session.last_error = "Automatic shutdown: Route limit exceeded";
  session.error_wait = bird::ErrorWait{left, 30s};
  return session;
}

ShownSession disabled(std::string message) {
  ShownSession session = established();
  session.state = "down", session.info = "";
  session.message = std::move(message);
  return session;
}

std::vector<std::string> commands(const ShownSession& session, Closings& closings, Instant now,
                                  std::vector<Ipv4> stuck = {}) {
  return order({{session}, std::move(stuck), now}, closings).commands;
}

TEST(SessionOrders, AreNoneForWhoDoesNothingWrong) {
  Closings closings;
  EXPECT_THAT(commands(established(), closings, kNow), IsEmpty());
  EXPECT_THAT(commands(established(), closings, kNow, {*Ipv4::parse("100.64.0.8")}), IsEmpty());
  EXPECT_EQ(closings, Closings{});
}

TEST(SessionOrders, CloseAStuckReaderInEitherFormAndKeepItOutFromTheSecondTimeOn) {
  for (const char* const name : {"peerlab_n7_1", "peerlab_00001", "peerlab_100000"}) {
    Closings closings;
    const ShownSession session = established(name);
    EXPECT_THAT(commands(session, closings, kNow, {kAlice}),
                ElementsAre(StartsWith(std::string{"restart "} + name + " \"PeerLab: ")));
    EXPECT_THAT(commands(session, closings, kNow + 60s, {kAlice}),
                ElementsAre(StartsWith(std::string{"disable "} + name + " \"PeerLab: ")));
    EXPECT_EQ(closings.of(kAlice)->until, kNow + 120s);
  }
}

TEST(SessionOrders, AreAboutMembersSessionsOnly) {
  Closings closings;
  const Ipv4 elsewhere = *Ipv4::parse("192.0.2.1");
  for (const ShownSession& session : {established("peerlab_sibling_ams"), established("transit"),
                                      established("peerlab_n7_1", elsewhere)}) {
    EXPECT_THAT(commands(session, closings, kNow, {kAlice, elsewhere}), IsEmpty()) << session.name;
  }
  ShownSession parent = established("peerlab_n7");
  parent.neighbour.reset();
  EXPECT_THAT(commands(parent, closings, kNow, {kAlice}), IsEmpty());
}

TEST(SessionOrders, CountALeakOnceHoweverOftenItIsSeen) {
  Closings closings;
  EXPECT_THAT(commands(closed_by_bird(28s), closings, kNow), IsEmpty()) << "BIRD has closed it";
  const Closing closing = *closings.of(kAlice);
  EXPECT_EQ(closing, (Closing{kAlice, *Asn::make(65107), Offence::TooManyPrefixes, kNow, kNow + 28s,
                              1, "05:13:10"}));
  for (auto passed = 1s; passed < 28s; ++passed) {
    EXPECT_THAT(commands(closed_by_bird(28s - passed + 400ms), closings, kNow + passed), IsEmpty());
  }
  EXPECT_EQ(*closings.of(kAlice), closing);
  EXPECT_THAT(commands(established(), closings, kNow + 27s), IsEmpty()) << "let in by BIRD";
}

TEST(SessionOrders, KeepOutWhoLeaksAgainForLongerThanBirdWould) {
  Closings closings;
  (void)commands(closed_by_bird(30s), closings, kNow);
  EXPECT_THAT(commands(closed_by_bird(55s, "05:13:50"), closings, kNow + 40s),
              ElementsAre(StartsWith("disable peerlab_n7_1 \"PeerLab: you sent more than 16")));
  EXPECT_EQ(closings.of(kAlice)->until, kNow + 100s);
  EXPECT_EQ(closings.totals(), (OffenceCounts{0, 2}));
  const Closing closing = *closings.of(kAlice);
  const std::string message = communication(closing);
  EXPECT_THAT(commands(disabled(message), closings, kNow + 99s), IsEmpty());
  EXPECT_THAT(commands(disabled(message), closings, kNow + 100s),
              ElementsAre("enable peerlab_n7_1"));
}

// `configure` forgets that a dynamic session was disabled.
TEST(SessionOrders, CloseAgainWhoCameBackBeforeItsTime) {
  Closings closings;
  for (const auto at : {kNow, kNow + 70s}) (void)commands(established(), closings, at, {kAlice});
  const Closing closing = *closings.of(kAlice);
  EXPECT_THAT(commands(established("peerlab_n7_2"), closings, kNow + 80s),
              ElementsAre("disable peerlab_n7_2 \"" + communication(closing) + "\""));
  EXPECT_EQ(*closings.of(kAlice), closing) << "no further offence";
}

TEST(SessionOrders, LeaveAloneWhatSomebodyElseDisabled) {
  Closings closings;
  EXPECT_THAT(commands(disabled("maintenance"), closings, kNow), IsEmpty());
  EXPECT_THAT(commands(disabled(""), closings, kNow), IsEmpty());
}

// After a loss of the file.
TEST(SessionOrders, LetInWhoIsDisabledByUsForNoKnownReason) {
  Closings closings;
  EXPECT_THAT(commands(disabled("PeerLab: closed until then"), closings, kNow),
              ElementsAre("enable peerlab_n7_1"));
}

TEST(SessionOrders, AreToldToTheLogWithTheMembersAddressAndTheReason) {
  Closings closings;
  const auto orders = order({{closed_by_bird(30s)}, {}, kNow}, closings);
  EXPECT_THAT(orders.lines,
              ElementsAre(testing::AllOf(HasSubstr("100.64.0.7"), HasSubstr(rfc3339(kNow + 30s)),
                                         HasSubstr(describe(Offence::TooManyPrefixes).sentence))));
}

}  // namespace
}  // namespace peerlab::confgen

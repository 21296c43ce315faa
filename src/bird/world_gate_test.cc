#include "bird/world_gate.h"

#include <gmock/gmock.h>

namespace peerlab::bird {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

// Recorded from BIRD 2.0.12.
constexpr const char* kStatus = R"(BIRD 2.0.12
Router ID is 100.64.0.1
Hostname is vm
Current server time is 2026-11-25 02:18:44.142
Last reboot on 2026-11-25 02:17:42.642
Last reconfiguration on 2026-11-25 02:18:42.642
Daemon is up and running)";

constexpr const char* kSessions = R"(Name       Proto      Table      State  Since         Info
rtr_first  RPKI       ---        up     2026-11-25 02:18:42.643  Established
  Cache server:     127.0.0.1
  Cache port:       8282
  Status:           Established
  Transport:        Unprotected over TCP
  Protocol version: 1
  Session ID:       8670
  Serial number:    0
  Last update:      before 1.505 s
  Expire timer    : 7198.494/7200
  No roa4 channel
  Channel roa6
    State:          UP
rtr_lost   RPKI       ---        start  2026-11-25 02:19:51.135  Transport-Error
  Status:           Transport-Error
  Last update:      before 21.721 s
rtr_never  RPKI       ---        start  2026-11-25 02:19:40.416  Transport-Error
  Status:           Transport-Error
  Serial number:    ---
  Last update:      ---
)";

TEST(RtrSessions, TellWhoAnswersNowFromWhoEverDid) {
  EXPECT_THAT(read_rtr_sessions(kSessions),
              ElementsAre(RtrSession{"first", true, true}, RtrSession{"lost", false, true},
                          RtrSession{"never", false, false}));
}

TEST(RtrSessions, AreNoneInAnythingElse) {
  EXPECT_THAT(read_rtr_sessions(""), IsEmpty());
  EXPECT_THAT(read_rtr_sessions("No protocols match\n"), IsEmpty());
  EXPECT_THAT(read_rtr_sessions(kStatus), IsEmpty());
}

TEST(Uptime, IsBetweenTheTwoTimesOfTheStatus) {
  EXPECT_EQ(read_uptime(kStatus), seconds{62});
  EXPECT_EQ(read_uptime("Current server time is 2026-11-25 00:00:10\n"
                        "Last reboot on 2026-11-24 23:59:50\n"),
            seconds{20});
}

TEST(Uptime, IsUnknownWhereTimesAreSpeltOtherwise) {
  EXPECT_EQ(read_uptime("Current server time is 02:18:44\nLast reboot on 02:17:42\n"),
            std::nullopt);
  EXPECT_EQ(read_uptime("Current server time is 2026-11-25 02:18:44\n"), std::nullopt);
  EXPECT_EQ(read_uptime(""), std::nullopt);
}

TEST(RouteCount, IsTheFirstNumber) {
  EXPECT_EQ(read_route_count("17 of 20 routes for 2 networks in table rpki6\n"), 17U);
  EXPECT_EQ(read_route_count("0 of 0 routes for 0 networks in table rpki6"), 0U);
  EXPECT_EQ(read_route_count("syntax error, unexpected CF_SYM_UNDEFINED"), std::nullopt);
  EXPECT_EQ(read_route_count(""), std::nullopt);
}

TEST(Gate, HasItsRowOnlyWhenOpen) {
  EXPECT_THAT(render_gate(true), testing::HasSubstr("route ::/0 max 0 as 0;"));
  EXPECT_THAT(render_gate(false), testing::Not(testing::HasSubstr("route")));
}

}  // namespace
}  // namespace peerlab::bird

#include "bird/shown_protocols.h"

#include <gmock/gmock.h>

namespace peerlab::bird {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Recorded from BIRD 2.0.12.
constexpr const char* kAnswer =
    R"(Name       Proto      Table      State  Since         Info
peerlab_n2 BGP        ---        start  2026-11-25 04:48:17  Passive       
  BGP state:          Passive
    Neighbor range:   100.64.0.2/32
    Neighbor AS:      65000
  Channel ipv6
    State:          DOWN
    Table:          master6

peerlab_n2_1 BGP        ---        up     2026-11-25 04:49:21  Established   
  Description:    member=ab12cd34
  BGP state:          Established
    Neighbor address: 100.64.0.2
    Neighbor AS:      65000
    Neighbor capabilities
      Multiprotocol
        AF announced: ipv6
    Session:          external multihop AS4
    Source address:   100.64.0.1
    Hold timer:       32.681/45
  Channel ipv6
    State:          UP
    Table:          master6
    Routes:         1 imported, 2 filtered, 0 exported, 1 preferred
    Route change stats:     received   rejected   filtered    ignored   accepted
      Import updates:             14          0          2          3          1
      Import withdraws:            5          0        ---          7          0
      Export updates:             21          1          0        ---          0
      Export withdraws:           22        ---        ---        ---          0
    BGP Next hop:   fd00::1

peerlab_shadow Static     master6    up     2026-11-25 04:47:51  
  Channel ipv6
    Routes:         9 imported, 9 filtered, 0 exported, 9 preferred
    Route change stats:     received   rejected   filtered    ignored   accepted
      Import updates:             99          0          2          3          1

peerlab_n3_2 BGP        ---        start  2026-11-25 04:49:37  Passive       Received: Administrative shutdown
  BGP state:          Passive
    Neighbor address: 100.64.0.3
    Last error:       Received: Administrative shutdown
)";

TEST(ShownProtocols, AreSessionsWithWhatTheyReceivedAndHold) {
  EXPECT_THAT(
      read_sessions(kAnswer),
      ElementsAre(
          ShownSession{"peerlab_n2",
                       "start",
                       "2026-11-25 04:48:17",
                       "Passive",
                       "",
                       {},
                       "",
                       "",
                       0,
                       0,
                       {},
                       *Asn::make(65000)},
          ShownSession{"peerlab_n2_1", "up", "2026-11-25 04:49:21", "Established",
                       "member=ab12cd34", Ipv4::from_number(0x64400002), "100.64.0.1", "", 1, 2,
                       ImportCounters{14, 2, 3, 5}, *Asn::make(65000)},
          ShownSession{"peerlab_n3_2", "start", "2026-11-25 04:49:37",
                       "Passive       Received: Administrative shutdown", "",
                       Ipv4::from_number(0x64400003), "", "Received: Administrative shutdown"}));
}

TEST(ShownProtocols, AreEstablishedByTheirInfoAlone) {
  const std::vector<ShownSession> sessions = read_sessions(kAnswer);
  ASSERT_EQ(sessions.size(), 3U);
  EXPECT_FALSE(sessions[0].established());
  EXPECT_TRUE(sessions[1].established());
  EXPECT_FALSE(sessions[2].established());
}

// The server's own time format; the second one was disabled with a word.
constexpr const char* kClosed =
    R"(peerlab_00001 BGP        ---        start  04:46:19.526  Idle          Automatic shutdown: Route limit exceeded
  BGP state:          Idle
    Neighbor address: 100.64.0.2
    Neighbor AS:      65001
    Local AS:         64500
    Error wait:       24.935/30
    Last error:       Automatic shutdown: Route limit exceeded

peerlab_00002 BGP        ---        down   2026-11-24  
  Message:        PeerLab: closed until noon
  BGP state:          Down
    Neighbor address: 100.64.0.3

peerlab_00003 BGP        ---        up     04:46:16.266  Established   
)";

TEST(ShownProtocols, TellWhyTheyAreClosedAndForHowLong) {
  using namespace std::chrono_literals;
  const std::vector<ShownSession> sessions = read_sessions(kClosed);
  ASSERT_EQ(sessions.size(), 3U);
  EXPECT_EQ(sessions[0].error_wait, (ErrorWait{24935ms, 30s}));
  EXPECT_EQ(sessions[0].last_error, "Automatic shutdown: Route limit exceeded");
  EXPECT_EQ(sessions[0].since, "04:46:19.526");
  EXPECT_EQ(sessions[1].message, "PeerLab: closed until noon");
  EXPECT_EQ(sessions[1].error_wait, std::nullopt);
  EXPECT_TRUE(sessions[2].established());
}

TEST(ShownProtocols, AreNoneInAnythingElse) {
  EXPECT_THAT(read_sessions(""), IsEmpty());
  EXPECT_THAT(read_sessions("No protocols match\n"), IsEmpty());
  EXPECT_THAT(read_sessions("BIRD 2.0.12\nRouter ID is 1.1.1.1\n"), IsEmpty());
}

}  // namespace
}  // namespace peerlab::bird

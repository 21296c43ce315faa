// What BIRD 2.0.12 was seen to print, timeformat iso long.
#include "lab/router.h"

#include <gmock/gmock.h>

namespace peerlab::lab {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kRefused =
    "Table master6:\n"
    "3fff:100:1::/48      unicast [peerlab_n17_1 2026-11-25 01:20:11] * (100) [AS64499?]\n"
    "\tvia fd7a:115c:a1e0::a on overlay\n"
    "\tType: BGP univ\n"
    "\tBGP.origin: IGP\n"
    "\tBGP.as_path: 65000 64499\n"
    "\tBGP.next_hop: fd7a:115c:a1e0::a\n"
    "\tBGP.local_pref: 100\n"
    "\tBGP.large_community: (64500, 1101, 10) (64500, 1101, 100)\n";

constexpr const char* kTwoRoutes =
    "Table master6:\n"
    "3fff:100:1::/48      unreachable [world 2026-11-24 16:20:11 from 2001:db8:ff::2] * (200)\n"
    "\tBGP.as_path: 64500\n"
    "                     unicast [transit 2026-11-24 16:21:00] (100) [AS64500i]\n"
    "\tBGP.as_path: 64496 64500\n";

constexpr const char* kSessions =
    "Name       Proto      Table      State  Since         Info\n"
    "peerlab_n17_1 BGP        ---        up     2026-11-25 01:20:11  Established   \n"
    "  BGP state:          Established\n"
    "    Neighbor address: 100.64.0.10\n"
    "  Channel ipv6\n"
    "    Routes:         2 imported, 1 filtered, 156247 exported, 1 preferred\n"
    "\n"
    "ixpfra01   BGP        ---        start  2026-11-25 01:20:12  Idle          BGP Error: Bad\n"
    "  BGP state:          Idle\n"
    "    Last error:       Received: Bad peer AS\n";

TEST(ReadRoutes, SeesPathNextHopAndEveryLargeCommunity) {
  const std::vector<SeenRoute> routes = read_routes(kRefused);
  ASSERT_EQ(routes.size(), 1U);
  EXPECT_EQ(routes[0].protocol, "peerlab_n17_1");
  EXPECT_EQ(routes[0].since, "2026-11-25 01:20:11");
  EXPECT_THAT(routes[0].path, ElementsAre(65000, 64499));
  EXPECT_EQ(routes[0].origin, "IGP");
  EXPECT_EQ(routes[0].next_hop, "fd7a:115c:a1e0::a");
  EXPECT_THAT(routes[0].communities,
              ElementsAre(LargeCommunity{64500, 1101, 10}, LargeCommunity{64500, 1101, 100}));
}

TEST(ReadRoutes, KeepsTwoRoutesOfOnePrefixApart) {
  const std::vector<SeenRoute> routes = read_routes(kTwoRoutes);
  ASSERT_EQ(routes.size(), 2U);
  EXPECT_EQ(routes[0].since, "2026-11-24 16:20:11");
  EXPECT_THAT(routes[0].path, ElementsAre(64500));
  EXPECT_EQ(routes[1].protocol, "transit");
  EXPECT_THAT(routes[1].path, ElementsAre(64496, 64500));
}

TEST(ReadRoutes, SeesNoneInBirdsNo) {
  EXPECT_THAT(read_routes(""), IsEmpty());
  EXPECT_THAT(read_routes("Network not found"), IsEmpty());
}

TEST(ReadSessions, SeesStateCountAndLastErrorOfEach) {
  const std::vector<SeenSession> sessions = read_sessions(kSessions);
  ASSERT_EQ(sessions.size(), 2U);
  EXPECT_EQ(sessions[0].name, "peerlab_n17_1");
  EXPECT_EQ(sessions[0].state, "Established");
  EXPECT_EQ(sessions[0].since, "2026-11-25 01:20:11");
  EXPECT_EQ(sessions[0].imported, 2U);
  EXPECT_EQ(sessions[0].neighbour, "100.64.0.10");
  EXPECT_EQ(sessions[1].state, "Idle");
  EXPECT_EQ(sessions[1].last_error, "Received: Bad peer AS");
}

}  // namespace
}  // namespace peerlab::lab

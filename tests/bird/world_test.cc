// What comes from the world: the fixed part's import decision, put to a live BIRD.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <set>

#include "tests/bird/live_bird.h"
#include "tests/bird/shown_routes.h"
#include "tests/support/facts/facts.h"

namespace peerlab::bird {
namespace {

struct FromOutside {
  const char* prefix;
  std::uint32_t origin;
  bool accepted;
};

// ROAs: 2a00:1000::/32 up to /40 for AS64496; the pool for the platform.
constexpr std::array kRoutes{FromOutside{"2600::/12", 64497, true},
                             FromOutside{"2600::/11", 64497, false},
                             FromOutside{"2a00:2000::/48", 64497, true},
                             FromOutside{"2a00:2000::/49", 64497, false},
                             FromOutside{"::/0", 64497, false},
                             FromOutside{"fd00::/16", 64497, false},
                             FromOutside{"2001:db8:1::/48", 64497, false},
                             FromOutside{"2002::/16", 64497, false},
                             FromOutside{"2001::/32", 64497, false},
                             FromOutside{"2001:4::/32", 64497, true},
                             FromOutside{"3fff:100::/40", 64497, false},
                             FromOutside{"3fff:100:1::/48", 64500, false},
                             FromOutside{"3fff:200::/48", 64497, false},
                             FromOutside{"3fff:201::/48", 64497, true},
                             FromOutside{"2a00:1000::/32", 64496, true},
                             FromOutside{"2a00:1000:100::/40", 64496, true},
                             FromOutside{"2a00:1000:200::/48", 64496, false},
                             FromOutside{"2a00:1001::/32", 64496, true},
                             FromOutside{"2a00:1000:300::/40", 64497, false}};

TEST(WorldImport, RefusesBogonsOurOwnSpaceAndRpkiInvalid) {
  std::string more =
      "protocol static rpki_rows { roa6 { table rpki6; };\n"
      "  route 2a00:1000::/32 max 40 as 64496; route 3fff:100::/40 max 48 as 64500;\n}\n"
      "protocol static outside { ipv6 { import keep filtered on; import where "
      "peerlab_import_world(); };\n";
  std::set<std::string> expected, accepted;
  for (const FromOutside& route : kRoutes) {
    more += fmt::format("  route {} unreachable {{ bgp_path.empty; bgp_path.prepend({}); }};\n",
                        route.prefix, route.origin);
    if (route.accepted) expected.insert(route.prefix);
  }
  auto bird = LiveBird::start(laboratory({}, testing_support::small_site(), more + "}\n"));
  if (!bird && bird.error().kind != ErrorKind::Internal) GTEST_SKIP() << bird.error().detail;
  ASSERT_TRUE(bird) << bird.error().detail;
  for (const ShownRoute& shown : shown_routes((*bird)->ask("show route all protocol outside"))) {
    accepted.insert(shown.route.prefix.text());
  }
  EXPECT_EQ(accepted, expected);
}

}  // namespace
}  // namespace peerlab::bird

// What comes from the world: the fixed part's import decision, put to a live BIRD.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/bird/live_bird.h"
#include "tests/bird/shown_routes.h"
#include "tests/support/facts/facts.h"

namespace peerlab::bird {
namespace {

// By prefix: "accepted", or the reasons.
using Verdicts = std::map<std::string, std::string>;

struct FromOutside {
  const char* prefix;
  std::uint32_t origin;
  const char* verdict;
};

// ROAs: 2a00:1000::/32 up to /40 for AS3265; the pool for the platform.
constexpr std::array kInternet{FromOutside{"2600::/12", 3265, "accepted"},
                               FromOutside{"2600::/11", 3265, "2"},
                               FromOutside{"2a00:2000::/48", 3265, "accepted"},
                               FromOutside{"2a00:2000::/49", 3265, "1"},
                               FromOutside{"::/0", 3265, "2 3"},
                               FromOutside{"fd00::/16", 3265, "3"},
                               FromOutside{"64:ff9b::/32", 3265, "3"},
                               FromOutside{"4000::/16", 3265, "3"},
                               FromOutside{"2001::/32", 3265, "3"},
                               FromOutside{"2001:0:1::/48", 3265, "3"},
                               FromOutside{"2001:2::/48", 3265, "3"},
                               FromOutside{"2001:2:0:8000::/49", 3265, "1 3"},
                               FromOutside{"2001:3::/32", 3265, "3"},
                               FromOutside{"2001:3:1::/48", 3265, "3"},
                               FromOutside{"2001:10::/28", 3265, "3"},
                               FromOutside{"2001:15::/32", 3265, "3"},
                               FromOutside{"2001:20::/28", 3265, "3"},
                               FromOutside{"2001:2f::/32", 3265, "3"},
                               FromOutside{"2001:4::/32", 3265, "accepted"},
                               FromOutside{"2002::/16", 3265, "3"},
                               FromOutside{"2002:1::/32", 3265, "3"},
                               FromOutside{"3ffe::/16", 3265, "3"},
                               FromOutside{"3ffe:1000::/32", 3265, "3"},
                               FromOutside{"2001:db8:1::/48", 3265, "3"},
                               FromOutside{"3fff:201::/48", 3265, "3"},
                               FromOutside{"3fff:100::/40", 3265, "3 13"},
                               FromOutside{"3fff:100:1::/48", 64495, "3"},
                               FromOutside{"3fff:200::/48", 3265, "3"},
                               FromOutside{"2a00:3001::/32", 23456, "4"},
                               FromOutside{"2a00:3002::/32", 64512, "4"},
                               FromOutside{"2a00:3003::/32", 65535, "4"},
                               FromOutside{"2a00:3004::/32", 65552, "4"},
                               FromOutside{"2a00:3005::/32", 131071, "4"},
                               FromOutside{"2a00:3006::/32", 131072, "accepted"},
                               FromOutside{"2a00:3007::/32", 4200000000, "4"},
                               FromOutside{"2a00:3008::/32", 4294967295, "4"},
                               FromOutside{"2a00:3009::/32", 64496, "4"},
                               FromOutside{"2a00:300a::/32", 65551, "4"},
                               FromOutside{"2a00:300b::/32", 4199999999, "accepted"},
                               FromOutside{"2a00:1000::/32", 3265, "accepted"},
                               FromOutside{"2a00:1000:100::/40", 3265, "accepted"},
                               FromOutside{"2a00:1000:200::/48", 3265, "13"},
                               FromOutside{"2a00:1000:300::/40", 3266, "13"},
                               FromOutside{"2a00:4000::/32", 3356, "accepted"},
                               FromOutside{"2a00:4001::/32", 174, "accepted"},
                               FromOutside{"2a00:4002::/32", 701, "accepted"},
                               FromOutside{"2a00:4003::/32", 1299, "accepted"},
                               FromOutside{"2a00:4004::/32", 2914, "accepted"},
                               FromOutside{"2a00:4005::/32", 3257, "accepted"},
                               FromOutside{"2a00:4006::/32", 3320, "accepted"},
                               FromOutside{"2a00:4007::/32", 5511, "accepted"},
                               FromOutside{"2a00:4008::/32", 6453, "accepted"},
                               FromOutside{"2a00:4009::/32", 6461, "accepted"},
                               FromOutside{"2a00:400a::/32", 6762, "accepted"},
                               FromOutside{"2a00:400b::/32", 6830, "accepted"},
                               FromOutside{"2a00:400c::/32", 7018, "accepted"},
                               FromOutside{"2a00:400d::/32", 12956, "accepted"}};

// The laboratory's world, and what is a bogon there too.
constexpr std::array kLaboratory{FromOutside{"2001:db8:1::/48", 64496, "accepted"},
                                 FromOutside{"3fff:300::/48", 65551, "accepted"},
                                 FromOutside{"3fff:100:1::/48", 64496, "3 13"},
                                 FromOutside{"3fff:200::/48", 64496, "3"},
                                 FromOutside{"2a00:3002::/32", 64512, "4"},
                                 FromOutside{"2002::/16", 64496, "3"}};

Verdicts expected_of(std::span<const FromOutside> routes) {
  Verdicts verdicts;
  for (const FromOutside& route : routes) verdicts[route.prefix] = route.verdict;
  return verdicts;
}

Verdicts verdicts_of(LiveBird& bird) {
  Verdicts verdicts;
  for (const ShownRoute& shown : shown_routes(bird.ask("show route all protocol outside"))) {
    verdicts[shown.route.prefix.text()] = "accepted";
  }
  for (const ShownRoute& shown :
       shown_routes(bird.ask("show route all filtered protocol outside"))) {
    std::string& reasons = verdicts[shown.route.prefix.text()];
    for (const LargeCommunity& community : shown.route.communities) {
      reasons += fmt::format("{}{}", reasons.empty() ? "" : " ", community.parameter);
    }
  }
  return verdicts;
}

void expect_verdicts(std::uint32_t platform, std::string_view judge,
                     std::span<const FromOutside> routes, const Verdicts& expected) {
  policy::Site site = testing_support::small_site();
  site.asn = *Asn::make(platform);
  std::string more = fmt::format(
      "protocol static rpki_rows {{ roa6 {{ table rpki6; }};\n"
      "  route 2a00:1000::/32 max 40 as 3265; route 3fff:100::/40 max 48 as {};\n}}\n"
      "protocol static outside {{ ipv6 {{ import keep filtered on; import where {}(); }};\n",
      platform, judge);
  for (const FromOutside& route : routes) {
    more += fmt::format("  route {} unreachable {{ bgp_path.empty; bgp_path.prepend({}); }};\n",
                        route.prefix, route.origin);
  }
  auto bird = LiveBird::start(laboratory({}, site, more + "}\n"));
  if (!bird && bird.error().kind != ErrorKind::Internal) GTEST_SKIP() << bird.error().detail;
  ASSERT_TRUE(bird) << bird.error().detail;
  EXPECT_EQ(verdicts_of(**bird), expected);
}

constexpr std::uint32_t kPublicAs = 64495, kDocumentationAs = 64500;

TEST(WorldImport, RefusesBogonsOurOwnSpaceAndRpkiInvalidWithTheirReasons) {
  expect_verdicts(kPublicAs, "peerlab_import_upstream", kInternet, expected_of(kInternet));
}

TEST(WorldImport, RefusesEachTransitFreeNetworkFromPeersToo) {
  Verdicts expected = expected_of(kInternet);
  for (auto& [prefix, verdict] : expected) {
    if (prefix.starts_with("2a00:40")) verdict = "14";  // one for each of them
  }
  expect_verdicts(kPublicAs, "peerlab_import_peers", kInternet, expected);
}

TEST(WorldImport, TakesDocumentationsSpaceWhereThePlatformIsALaboratory) {
  expect_verdicts(kDocumentationAs, "peerlab_import_upstream", kLaboratory,
                  expected_of(kLaboratory));
}

}  // namespace
}  // namespace peerlab::bird

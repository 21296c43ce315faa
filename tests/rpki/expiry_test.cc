// Nightly, since an expiry is ten minutes at least (RFC 8210, 6): what a server told that died is
// gone after it, and not before.
#include <gmock/gmock.h>

#include <thread>

#include "tests/rpki/rpki_site.h"

namespace peerlab::rpki {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

TEST(RpkiExpiry, MakesEveryRouteUnknownAndAlarms) {
  auto started =
      RpkiSite::start({{kValid, kUpstreamAs}, {kInvalid, kOtherAs}, {kMembers, kOtherAs}});
  if (!started && started.error().kind != ErrorKind::Internal) {
    GTEST_SKIP() << started.error().detail;
  }
  ASSERT_TRUE(started) << started.error().detail;
  RpkiSite& site = **started;
  const std::set<std::string> judged{kValid, kUnknown}, all{kValid, kInvalid, kUnknown};
  ASSERT_TRUE(eventually([&] { return site.from_upstream() == judged; }, 5s));
  (void)site.tend();
  ASSERT_TRUE(eventually([&] { return !site.to_upstream().empty(); }, 5s));

  site.kill_rtr();
  const auto died = std::chrono::steady_clock::now();
  ASSERT_TRUE(eventually([&] { return site.from_upstream() == all; }, kRtrExpire + 60s));
  // Counted from the last answer, which may be as old as the server.
  EXPECT_GT(std::chrono::steady_clock::now() - died, kRtrExpire - 30s);
  EXPECT_TRUE(eventually(
      [&] {
        return site.to_upstream() == std::set<std::string>{kInfrastructure, kMembers};
      },
      5s))
      << "unknown, and so told";
  EXPECT_THAT(site.tend(), Contains(HasSubstr("BIRD knows no ROA at all")));
}

}  // namespace
}  // namespace peerlab::rpki

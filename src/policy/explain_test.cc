#include "policy/explain.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "tests/support/facts/facts.h"

namespace peerlab::policy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing_support::overlay_ipv4;
using testing_support::row;
using testing_support::rule;
using testing_support::small_site;

Policy one_member() { return {{rule(10, "alice", 65000)}, {row("3fff:100:1::/48", 65000)}}; }

Explanation explained(std::uint32_t node, const std::string& prefix,
                      std::vector<std::uint32_t> path,
                      std::vector<LargeCommunity> communities = {}) {
  return explain(one_member(), small_site(), overlay_ipv4(node),
                 {*Ipv6Prefix::parse(prefix), std::move(path), std::move(communities)});
}

TEST(Explain, FailsExactlyTheChecksThatTheJudgeNames) {
  for (const std::uint32_t node : {10U, 11U}) {
    for (const char* const prefix : {"3fff:100:1::/48", "3fff:100:2::/48", "3fff:100:1::/64"}) {
      for (const std::vector<std::uint32_t>& path :
           std::vector<std::vector<std::uint32_t>>{{}, {65000}, {65000, 1}, {1, 1, 1, 1, 1}}) {
        const Route route{*Ipv6Prefix::parse(prefix), path};
        const Verdict verdict = judge(one_member(), small_site(), overlay_ipv4(node), route);
        const Explanation told = explain(one_member(), small_site(), overlay_ipv4(node), route);
        std::vector<Reason> failed;
        for (const Check& check : told.checks) {
          if (check.result == CheckResult::Failed) failed.push_back(check.reason);
        }
        EXPECT_EQ(failed, verdict.reasons) << prefix;
        EXPECT_EQ(told.accepted(), verdict.accepted()) << prefix;
      }
    }
  }
}

TEST(Explain, ReachesNoCheckBehindOneThatEndsTheJudgement) {
  const Explanation told = explained(10, "3fff:100:1::/48", {1, 1, 1, 1, 1});
  std::vector<CheckResult> results;
  for (const Check& check : told.checks) results.push_back(check.result);
  using enum CheckResult;
  EXPECT_THAT(results,
              ElementsAre(Passed, Passed, Failed, NotReached, NotReached, NotReached, NotReached));
  EXPECT_THAT(told.sights, IsEmpty());
}

TEST(Explain, ShowsTheWorldThePlatformsAsAndMembersTheMembersAs) {
  const std::uint32_t own = small_site().asn.number();
  const Explanation told = explained(10, "3fff:100:1::/48", {65000, 65000}, {{own, 0, 2}});
  ASSERT_EQ(told.sights.size(), 3U);
  EXPECT_THAT(told.sights[0].path, ElementsAre(own, own));
  EXPECT_FALSE(told.sights[0].withheld);
  EXPECT_TRUE(told.sights[1].withheld);
  EXPECT_FALSE(told.sights[2].withheld);
  EXPECT_THAT(told.sights[2].path, ElementsAre(own, 65000, 65000));
}

}  // namespace
}  // namespace peerlab::policy

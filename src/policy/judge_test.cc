#include "policy/judge.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "tests/support/facts/facts.h"

namespace peerlab::policy {
namespace {

using testing_support::overlay_ipv4;
using testing_support::row;
using testing_support::rule;
using testing_support::small_site;

// Alice (AS65000, two nodes) holds two prefixes, Bob (AS65001) one.
Policy two_members() {
  return {{rule(10, "alice", 65000), rule(11, "bob", 65001), rule(12, "alice", 65000)},
          {row("3fff:100:1::/48", 65000), row("3fff:100:2::/48", 65001),
           row("3fff:100:3::/48", 65000)}};
}

Verdict judged(std::uint32_t node, const std::string& prefix, std::vector<std::uint32_t> path,
               std::vector<LargeCommunity> communities = {}) {
  return judge(two_members(), small_site(), overlay_ipv4(node),
               {*Ipv6Prefix::parse(prefix), std::move(path), std::move(communities)});
}

struct Case {
  const char* what;
  std::uint32_t node;
  const char* prefix;
  std::vector<std::uint32_t> path;
  std::vector<Reason> reasons;
};

TEST(Judge, NamesEveryFailedCheck) {
  using enum Reason;
  const std::vector<Case> cases{
      {"own lease", 10, "3fff:100:1::/48", {65000}, {}},
      {"own lease from the second node", 12, "3fff:100:1::/48", {65000}, {}},
      {"own lease four times", 10, "3fff:100:3::/48", {65000, 65000, 65000, 65000}, {}},
      {"five times", 10, "3fff:100:1::/48", std::vector<std::uint32_t>(5, 65000), {PathTooLong}},
      {"800 times", 10, "::/0", std::vector<std::uint32_t>(800, 65000), {PathTooLong}},
      {"no path", 10, "::/0", {}, {EmptyPath}},
      {"another's lease", 10, "3fff:100:2::/48", {65000}, {NoActiveLease}},
      {"another's lease as they",
       10,
       "3fff:100:2::/48",
       {65001},
       {ForeignAsnInPath, NoActiveLease}},
      {"another's with both",
       10,
       "3fff:100:2::/48",
       {65000, 65001},
       {ForeignAsnInPath, NoActiveLease}},
      {"a /64 of the own", 10, "3fff:100:1::/64", {65000}, {OutsidePool, NoActiveLease}},
      {"a /49 of the own", 10, "3fff:100:1::/49", {65000}, {OutsidePool, NoActiveLease}},
      {"a /47 around it", 10, "3fff:100::/47", {65000}, {OutsidePool, NoActiveLease}},
      {"everything", 10, "::/0", {65000}, {OutsidePool, NoActiveLease}},
      {"the pool itself", 10, "3fff:100::/40", {65000}, {OutsidePool, NoActiveLease}},
      {"not leased", 10, "3fff:100:9::/48", {65000}, {NoActiveLease}},
      {"outside the pool", 10, "3fff:300:1::/48", {65000}, {OutsidePool, NoActiveLease}},
      {"wrong origin", 10, "3fff:100:1::/48", {65000, 65001}, {ForeignAsnInPath}},
      {"wrong first AS", 10, "3fff:100:1::/48", {3356, 65000}, {ForeignAsnInPath}},
      {"poisoned", 10, "3fff:100:1::/48", {65000, 6939, 3356, 65000}, {ForeignAsnInPath}},
      {"AS 0", 10, "3fff:100:1::/48", {65000, 0}, {ForeignAsnInPath}},
      {"AS_TRANS", 10, "3fff:100:1::/48", {65000, 23456}, {ForeignAsnInPath}},
      {"the platform's AS", 10, "3fff:100:1::/48", {65000, 64500}, {ForeignAsnInPath}},
      {"all at once", 10, "2001:db8::/32", {65001}, {OutsidePool, ForeignAsnInPath, NoActiveLease}},
      {"unknown node", 13, "3fff:100:1::/48", {65000}, {UnknownNode}},
      {"unknown node without a path", 13, "::/0", {}, {UnknownNode}}};
  for (const Case& one : cases) {
    EXPECT_EQ(judged(one.node, one.prefix, one.path).reasons, one.reasons) << one.what;
  }
}

TEST(Judge, NamesTooManyChangesForWhatAMemberInQuarantineHoldsAndForNothingElse) {
  const Policy policy{{rule(10, "alice", 65000), rule(11, "bob", 65001)},
                      {row("3fff:100:2::/48", 65001)},
                      {row("3fff:100:1::/48", 65000)}};
  const auto reasons = [&](std::uint32_t node, const char* prefix, std::uint32_t asn) {
    return judge(policy, small_site(), overlay_ipv4(node), {*Ipv6Prefix::parse(prefix), {asn}, {}})
        .reasons;
  };
  using enum Reason;
  EXPECT_EQ(reasons(10, "3fff:100:1::/48", 65000), std::vector{TooManyChanges});
  EXPECT_EQ(reasons(10, "3fff:100:9::/48", 65000), std::vector{NoActiveLease});
  EXPECT_EQ(reasons(11, "3fff:100:1::/48", 65001), std::vector{NoActiveLease});
  EXPECT_EQ(reasons(11, "3fff:100:2::/48", 65001), std::vector<Reason>{});
  EXPECT_EQ(reasons(10, "3fff:100:1::/48", 65001), (std::vector{ForeignAsnInPath, TooManyChanges}));
}

TEST(Judge, ReadsWishesFromThePlatformsOwnCommunitiesOnly) {
  for (std::uint32_t times = 1; times <= 4; ++times) {
    for (unsigned groups = 0; groups < 8; ++groups) {
      std::vector<LargeCommunity> communities{{64500, 1101, 9}, {65000, 0, 1}, {64500, 1, 1},
                                              {64500, 0, 4},    {64500, 0, 0}, {64501, 0, 2}};
      for (std::uint32_t group = 1; group <= 3; ++group) {
        if ((groups >> (group - 1) & 1U) != 0) communities.push_back({64500, 0, group});
      }
      const Wishes expected{times - 1, (groups & 1U) != 0, (groups & 2U) != 0, (groups & 4U) != 0};
      EXPECT_EQ(
          judged(10, "3fff:100:1::/48", std::vector<std::uint32_t>(times, 65000), communities),
          (Verdict{{}, expected}));
    }
  }
}

TEST(Judge, GrantsNoWishToARefusedRoute) {
  EXPECT_EQ(judged(10, "3fff:100:9::/48", {65000, 65000}, {{64500, 0, 1}}).wishes, Wishes{});
}

// A second writing of the decision: what POLICY says in one sentence.
bool may_be_announced(std::uint32_t node, const Ipv6Prefix& prefix,
                      const std::vector<std::uint32_t>& path) {
  const Policy policy = two_members();
  for (const Rule& one : policy.rules()) {
    if (one.neighbour != overlay_ipv4(node)) continue;
    const auto own = std::ranges::count(path, one.asn.number());
    for (const LeaseRow& lease : policy.leases()) {
      if (lease.asn == one.asn && lease.prefix.prefix() == prefix) {
        return own >= 1 && own <= 4 && std::cmp_equal(own, path.size());
      }
    }
  }
  return false;
}

TEST(Judge, AcceptsExactlyAMembersOwnLeaseWithOneToFourOfItsAsn) {
  const std::vector<std::uint32_t> alphabet{65000, 65001, 64500, 0};
  std::vector<std::vector<std::uint32_t>> paths{{}};
  for (std::size_t from = 0, length = 1; length <= 5; ++length) {
    const std::size_t end = paths.size();
    for (; from < end; ++from) {
      for (const std::uint32_t asn : alphabet) {
        paths.push_back(paths[from]);
        paths.back().push_back(asn);
      }
    }
  }
  int accepted = 0;
  for (std::uint32_t node = 9; node <= 13; ++node) {
    for (const char* const text : {"3fff:100:1::/48", "3fff:100:2::/48", "3fff:100:3::/48",
                                   "3fff:100:4::/48", "3fff:100:1::/49", "3fff:100::/47"}) {
      for (const auto& path : paths) {
        const bool expected = may_be_announced(node, *Ipv6Prefix::parse(text), path);
        const Verdict verdict = judged(node, text, path);
        ASSERT_EQ(verdict.accepted(), expected) << node << " " << text << " " << path.size();
        ASSERT_TRUE(std::ranges::is_sorted(verdict.reasons));
        accepted += expected;
      }
    }
  }
  EXPECT_EQ(accepted, 4 * (2 + 1 + 2));
}

}  // namespace
}  // namespace peerlab::policy

#include "policy/policy.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "tests/support/facts/facts.h"

namespace peerlab::policy {
namespace {

using testing_support::overlay_ipv4;
using testing_support::overlay_ipv6;
using testing_support::row;
using testing_support::rule;

std::vector<Rule> some_rules() {
  return {rule(10, "alice", 65000), rule(11, "bob", 65001), rule(12, "alice", 65000),
          rule(200, "carol", 65002)};
}

std::vector<LeaseRow> some_leases() {
  return {row("3fff:100:1::/48", 65000), row("3fff:100:2::/48", 65001),
          row("3fff:100:10::/48", 65000)};
}

TEST(Policy, IsTheSameInWhateverOrderItsRowsCame) {
  const Policy policy{some_rules(), some_leases()};
  std::mt19937 random{30};
  for (int round = 0; round < 200; ++round) {
    auto rules = some_rules();
    auto leases = some_leases();
    std::ranges::shuffle(rules, random);
    std::ranges::shuffle(leases, random);
    const Policy shuffled{rules, leases};
    ASSERT_EQ(shuffled, policy);
    ASSERT_EQ(shuffled.digest(), policy.digest());
  }
  EXPECT_TRUE(std::ranges::is_sorted(policy.rules(), {}, &Rule::neighbour));
}

TEST(Policy, FindsTheRuleOfANeighbourAndOfNobodyElse) {
  const Policy policy{some_rules(), {}};
  for (std::uint32_t node = 0; node < 300; ++node) {
    const Rule* const found = policy.rule_of(overlay_ipv4(node));
    const bool known = node == 10 || node == 11 || node == 12 || node == 200;
    ASSERT_EQ(found != nullptr, known) << node;
    if (found) {
      EXPECT_EQ(found->node.number(), node);
    }
  }
  EXPECT_EQ(Policy{}.rule_of(overlay_ipv4(10)), nullptr);
}

TEST(Policy, KnowsALeaseByWholePrefixAndAsn) {
  const Policy policy{{}, some_leases()};
  EXPECT_TRUE(policy.leased(*Ipv6Prefix::parse("3fff:100:10::/48"), *Asn::make(65000)));
  EXPECT_FALSE(policy.leased(*Ipv6Prefix::parse("3fff:100:10::/48"), *Asn::make(65001)));
  for (const char* const text : {"3fff:100:10::/47", "3fff:100:10::/49", "3fff:100:11::/48"}) {
    EXPECT_FALSE(policy.leased(*Ipv6Prefix::parse(text), *Asn::make(65000))) << text;
  }
}

TEST(Policy, DigestChangesWithEveryFieldOfEveryRow) {
  std::vector<std::string> digests{Policy{}.digest()};
  const auto with = [&](const auto& change) {
    auto rules = some_rules();
    auto leases = some_leases();
    change(rules[0], leases[0]);
    digests.push_back(Policy{rules, leases}.digest());
  };
  with([](Rule&, LeaseRow&) {});
  with([](Rule& one, LeaseRow&) { one.neighbour = overlay_ipv4(13); });
  with([](Rule& one, LeaseRow&) { one.node = *NodeId::make(13); });
  with([](Rule& one, LeaseRow&) { one.asn = *Asn::make(65009); });
  with([](Rule& one, LeaseRow&) { one.member = UserHash::of(*Subject::parse("dave")); });
  with([](Rule& one, LeaseRow&) { one.next_hop = overlay_ipv6(13); });
  with([](Rule& one, LeaseRow&) { one.own_next_hop = overlay_ipv6(10); });
  with([](Rule&, LeaseRow& lease) { lease.asn = *Asn::make(65009); });
  digests.push_back(Policy{some_rules(), some_leases(), {row("3fff:100:4::/48", 65000)}}.digest());
  digests.push_back(Policy{some_rules(), some_leases(), {row("3fff:100:4::/48", 65001)}}.digest());
  with([](Rule&, LeaseRow& lease) { lease.prefix = *Prefix48::parse("3fff:100:9::/48"); });
  for (const std::string& digest : digests) EXPECT_EQ(std::ranges::count(digests, digest), 1);
  EXPECT_EQ(digests.size(), 12U);
}

TEST(Policy, DigestOfNothingIsThatOfItsHeadline) {
  EXPECT_EQ(Policy{}.digest(), "c981749437562a3b202a6220afcfc3f79b3701486c65f3de10787a82d3b4f5f2");
}

}  // namespace
}  // namespace peerlab::policy

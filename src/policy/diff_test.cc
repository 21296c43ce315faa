#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "policy/policy.h"
#include "tests/support/facts/facts.h"

namespace peerlab::policy {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing_support::overlay_ipv6;
using testing_support::row;
using testing_support::rule;
using Kind = Change::Kind;

// Small enough that two of them often share sessions and leases; a member keeps its ASN.
Policy random_policy(std::mt19937& random) {
  std::vector<Rule> rules;
  for (std::uint32_t node = 10; node < 15; ++node) {
    const std::uint32_t member = static_cast<std::uint32_t>(random() % 3);
    if (random() % 3 == 0) continue;
    rules.push_back(rule(node, "member" + std::to_string(member), 65000 + member));
    if (random() % 4 == 0) rules.back().own_next_hop = overlay_ipv6(1000 + node);
    if (random() % 4 == 0) rules.back().next_hop = overlay_ipv6(2000 + node);
  }
  std::vector<LeaseRow> leases, in_quarantine;
  for (std::uint32_t number = 1; number < 6; ++number) {
    if (random() % 3 == 0) continue;
    (random() % 4 == 0 ? in_quarantine : leases)
        .push_back(row("3fff:100:" + std::to_string(number) + "::/48",
                       65000 + static_cast<std::uint32_t>(random() % 3)));
  }
  return {std::move(rules), std::move(leases), std::move(in_quarantine)};
}

TEST(Diff, IsEmptyExactlyBetweenEqualPolicies) {
  std::mt19937 random{31};
  for (int round = 0; round < 3000; ++round) {
    const Policy before = random_policy(random), after = random_policy(random);
    ASSERT_THAT(diff(before, before), IsEmpty());
    ASSERT_EQ(diff(before, after).empty(), before == after);
  }
}

TEST(Diff, TellsBackwardsTheOpposite) {
  const std::map<Kind, Kind> opposite{
      {Kind::SessionGained, Kind::SessionLost},      {Kind::SessionLost, Kind::SessionGained},
      {Kind::SessionChanged, Kind::SessionChanged},  {Kind::LeaseGained, Kind::LeaseLost},
      {Kind::LeaseLost, Kind::LeaseGained},          {Kind::QuarantineBegun, Kind::QuarantineEnded},
      {Kind::QuarantineEnded, Kind::QuarantineBegun}};
  std::mt19937 random{32};
  for (int round = 0; round < 1000; ++round) {
    const Policy before = random_policy(random), after = random_policy(random);
    std::multiset<Kind> there, back;
    for (const Change& change : diff(before, after)) there.insert(opposite.at(change.kind));
    for (const Change& change : diff(after, before)) back.insert(change.kind);
    ASSERT_EQ(there, back);
  }
}

// A policy as the set of sentences that gain it from nothing.
std::set<std::string> told(const Policy& policy) {
  std::set<std::string> sentences;
  for (const Change& change : diff({}, policy)) sentences.insert(change.sentence);
  return sentences;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST(Diff, ItsWordsTurnTheOnePolicyIntoTheOther) {
  std::mt19937 random{33};
  for (int round = 0; round < 2000; ++round) {
    // Every member keeps a session, so that holders are named alike before and after.
    const auto anchored = [&] {
      const Policy loose = random_policy(random);
      std::vector<Rule> rules;
      for (Rule one : loose.rules()) {
        one.own_next_hop.reset();
        one.next_hop = overlay_ipv6(one.node.number());
        rules.push_back(one);
      }
      for (std::uint32_t i = 0; i < 3; ++i) {
        rules.push_back(rule(20 + i, "member" + std::to_string(i), 65000 + i));
      }
      return Policy{rules, loose.leases(), loose.in_quarantine()};
    };
    const Policy before = anchored(), after = anchored();
    std::set<std::string> sentences = told(before);
    for (const Change& change : diff(before, after)) {
      ASSERT_NE(change.kind, Kind::SessionChanged);
      if (change.kind == Kind::SessionLost || change.kind == Kind::LeaseLost) {
        ASSERT_EQ(sentences.erase(replaced(change.sentence, "may no longer", "may")), 1U)
            << change.sentence;
      } else if (change.kind == Kind::QuarantineEnded) {
        ASSERT_EQ(sentences.erase(replaced(change.sentence, "is no longer", "is")), 1U)
            << change.sentence;
      } else {
        ASSERT_TRUE(sentences.insert(change.sentence).second) << change.sentence;
      }
    }
    ASSERT_EQ(sentences, told(after));
  }
}

TEST(Diff, SaysWhatChangedInOneSession) {
  const Rule before = rule(10, "alice", 65000);
  Rule after = before;
  after.asn = *Asn::make(65009);
  after.own_next_hop = overlay_ipv6(99);
  const auto changes = diff({{before}, {}}, {{after}, {}});
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].kind, Kind::SessionChanged);
  EXPECT_EQ(changes[0].sentence, "member " + before.member.short_text() +
                                     " (AS65009) on node 10: ASN 65000 becomes 65009, our own next "
                                     "hop none becomes fd7a:115c:a1e0::63");
}

TEST(Diff, SpeaksOfMembersByHashAndAsn) {
  const std::string alice = rule(10, "alice", 65000).member.short_text();
  const auto changes = diff({}, {{rule(10, "alice", 65000)}, {row("3fff:100:1::/48", 65000)}});
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].sentence,
            "member " + alice + " (AS65000) may peer from 100.64.0.10 (node 10)");
  EXPECT_EQ(changes[1].sentence, "member " + alice + " (AS65000) may announce 3fff:100:1::/48");
  EXPECT_THAT(diff({{}, {row("3fff:100:1::/48", 65000)}}, {}).at(0).sentence,
              HasSubstr("AS65000 may no longer announce 3fff:100:1::/48"));
}

}  // namespace
}  // namespace peerlab::policy

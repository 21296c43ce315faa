// What is printed is the policy, all of it and nothing else: read back, it is the policy again.
#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "bird/render.h"
#include "tests/bird/printed_policy.h"
#include "tests/support/facts/facts.h"

namespace peerlab::bird {
namespace {

using policy::LeaseRow;
using policy::Policy;
using policy::Rule;
using testing_support::overlay_ipv6;
using testing_support::rule;

// Members with one to three nodes, some in quarantine; leases of members, none of anybody else, as
// compile makes them.
Policy random_policy(std::mt19937& random) {
  std::vector<Rule> rules;
  std::vector<LeaseRow> leases, in_quarantine;
  std::uint32_t node = 1, network = 0;
  for (auto member = random() % 30; member > 0; --member) {
    const auto number = static_cast<std::uint32_t>(member);
    const std::uint32_t asn = random() % 2 == 0 ? 1000 + number : 4'200'000'000U + number;
    for (auto nodes = 1 + random() % 3; nodes > 0; --nodes) {
      node += 1 + static_cast<std::uint32_t>(random() % 900);
      rules.push_back(rule(node, "member" + std::to_string(member), asn));
      if (random() % 2 == 0) rules.back().own_next_hop = overlay_ipv6(node + 1);
    }
    std::vector<LeaseRow>& rows = random() % 3 == 0 ? in_quarantine : leases;
    for (auto left = random() % 9; left > 0; --left) {
      network += 1 + static_cast<std::uint32_t>(random() % 70'000);
      rows.push_back({Prefix48::from_network(0x3fff'0000'0000U + network), *Asn::make(asn)});
    }
  }
  std::ranges::shuffle(rules, random);
  std::ranges::shuffle(leases, random);
  return {std::move(rules), std::move(leases), std::move(in_quarantine)};
}

Labels random_labels(std::mt19937& random, const Policy& policy) {
  Labels labels;
  for (const Rule& rule : policy.rules()) {
    if (random() % 2 == 0) continue;
    labels.emplace(rule.member, *EmailLabel::parse(rule.asn.text() + "+x@example.org"));
  }
  return labels;
}

std::vector<PrintedRule> expected_rules(const Policy& policy, const Labels& labels, Form form) {
  std::vector<PrintedRule> rules;
  for (const Rule& rule : policy.rules()) {
    const auto label = labels.find(rule.member);
    rules.push_back({rule.neighbour,
                     {},
                     rule.asn,
                     label == labels.end() ? rule.member.short_text() : label->second.text(),
                     rule.next_hop,
                     {}});
    const bool held = std::ranges::find(policy.in_quarantine(), rule.asn, &LeaseRow::asn) !=
                      policy.in_quarantine().end();
    if (form == Form::Function && held) rules.back().next_hop = Ipv6::from_bytes({});
    if (form == Form::Function) continue;
    rules.back().node = rule.node;
    rules.back().own_next_hop = rule.own_next_hop;
  }
  return rules;
}

void expect_read_back(const Result<PrintedPolicy>& read, const Policy& policy, const Labels& labels,
                      Form form) {
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(read->digest, policy.digest());
  EXPECT_EQ(read->rules, expected_rules(policy, labels, form));
  EXPECT_EQ(read->leases, policy.leases());
  EXPECT_EQ(read->in_quarantine, policy.in_quarantine());
  EXPECT_EQ(read->shadows, policy.leases());
}

TEST(PrintedPolicy, IsThePolicyAgainWhenReadBackInBothForms) {
  std::mt19937 random{80};
  for (int round = 0; round < 200; ++round) {
    const Policy policy = round == 0 ? Policy{} : random_policy(random);
    const Labels labels = random_labels(random, policy);
    const policy::Server server =
        round % 2 == 0 ? policy::Server{} : server_of(testing_support::small_site());
    ASSERT_NO_FATAL_FAILURE(expect_read_back(read_sessions(render_sessions(policy, labels)), policy,
                                             labels, Form::Sessions));
    ASSERT_NO_FATAL_FAILURE(expect_read_back(
        read_function(render_function(policy, server, labels), function_decision()), policy, labels,
        Form::Function));
  }
}

TEST(PrintedPolicy, IsNotReadWhereALineIsMissingOrAdded) {
  std::mt19937 random{81};
  const Policy policy = random_policy(random);
  const std::string text = render_function(policy, {}, {});
  EXPECT_TRUE(read_function(text, function_decision()));
  EXPECT_FALSE(read_function(text + "route ::/0 unreachable;\n", function_decision()));
  EXPECT_FALSE(read_function(text, "another decision"));
  std::string accepting = text;
  accepting.insert(accepting.find("    # Unknown user"), "    100.64.9.9: accept;\n");
  EXPECT_FALSE(read_function(accepting, function_decision()));
  EXPECT_FALSE(read_sessions(text));
  EXPECT_FALSE(read_sessions(render_sessions(policy) + "}"));
}

}  // namespace
}  // namespace peerlab::bird

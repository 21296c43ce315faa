// What holds of compile whatever the facts, over facts that contradict each other often.
#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <map>
#include <random>
#include <set>

#include "policy/compile.h"
#include "tests/support/facts/facts.h"

namespace peerlab::policy {
namespace {

using std::chrono::seconds;
using testing_support::kNow;
using testing_support::leased;
using testing_support::machine;
using testing_support::member;
using testing_support::overlay_ipv4;
using testing_support::overlay_ipv6;
using testing_support::small_site;

using Random = std::mt19937;

bool one_in(Random& random, unsigned often) { return random() % often == 0; }
std::uint32_t below(Random& random, std::uint32_t end) {
  return static_cast<std::uint32_t>(random() % end);
}

std::string prefix_text(std::uint32_t number) {
  return (number == 0 ? "3fff:200::" : "3fff:100:" + std::to_string(number) + "::") + "/48";
}

Mapping random_member(Random& random, std::uint32_t index) {
  const std::uint32_t number = one_in(random, 12) ? below(random, 8) : index;
  Mapping one = member("member" + std::to_string(number), 65000 + number);
  if (one_in(random, 10)) one.asn = *Asn::make(65000 + below(random, 8));
  if (one_in(random, 20)) one.asn = small_site().asn;
  if (one_in(random, 6))
    one.provider_id = "https://issuer/member" + std::to_string(below(random, 8));
  if (one_in(random, 4)) one.provider_id.clear();
  if (one_in(random, 3)) one.overlay_user_ids = {below(random, 6), below(random, 6)};
  if (one_in(random, 3)) one.email = "Mail" + std::to_string(below(random, 6)) + "@example.org";
  for (std::uint32_t left = below(random, 3); left > 0; --left) {
    const std::uint32_t prefix = one_in(random, 3) ? below(random, 20) : 1 + 2 * number + left;
    one.leases.push_back(leased(prefix_text(prefix),
                                kNow + seconds{below(random, 40)} - seconds{20},
                                seconds{1 + below(random, 40)}));
    if (one_in(random, 5)) one.leases.back().window.reset();
  }
  return one;
}

Node random_node(Random& random, std::uint32_t index) {
  const std::uint32_t number = 2 + (one_in(random, 12) ? below(random, 14) : index);
  Node node = machine(number, "member" + std::to_string(number % 8));
  if (one_in(random, 4)) node.owner.provider_id.clear();
  if (one_in(random, 3)) node.owner.user_id = below(random, 6);
  if (one_in(random, 3)) {
    node.owner.email = "mAIL" + std::to_string(below(random, 6)) + "@example.org";
  }
  if (one_in(random, 8)) node.ipv4.push_back(overlay_ipv4(below(random, 20)));
  if (one_in(random, 12)) node.ipv4 = {overlay_ipv4(1 + below(random, 20))};
  if (one_in(random, 12)) node.ipv6 = {overlay_ipv6(1 + below(random, 20))};
  if (one_in(random, 12)) node.ipv6.clear();
  if (one_in(random, 6)) node.expiry = kNow + seconds{below(random, 40)} - seconds{10};
  return node;
}

struct Facts {
  std::vector<Mapping> members;
  std::vector<Node> nodes;
  Site site = small_site();
  [[nodiscard]] Compiled compiled(Instant now = kNow) const {
    return compile(members, nodes, site, now);
  }
};

Facts random_facts(Random& random) {
  Facts facts;
  const std::uint32_t members = 1 + below(random, 8), nodes = 1 + below(random, 12);
  for (std::uint32_t i = 0; i < members; ++i) facts.members.push_back(random_member(random, i));
  for (std::uint32_t i = 0; i < nodes; ++i) facts.nodes.push_back(random_node(random, i));
  facts.site.links = one_in(random, 2);
  if (one_in(random, 4)) facts.site.asn_pool = *AsnRange::make(65000, 65005);
  return facts;
}

template <class T>
void repeat_and_shuffle(std::vector<T>& records, Random& random) {
  const std::size_t size = records.size();
  for (std::size_t i = 0; i < size; ++i) {
    if (one_in(random, 2)) records.push_back(records[i]);
  }
  std::ranges::shuffle(records, random);
}

TEST(CompileOfAnyFacts, IsTheSameInAnyOrderAndHoweverOftenARecordIsRepeated) {
  Random random{40};
  for (int round = 0; round < 3000; ++round) {
    Facts facts = random_facts(random);
    const Compiled expected = facts.compiled();
    repeat_and_shuffle(facts.members, random);
    repeat_and_shuffle(facts.nodes, random);
    for (Mapping& one : facts.members) repeat_and_shuffle(one.leases, random);
    const Compiled again = facts.compiled();
    ASSERT_EQ(again.policy, expected.policy) << round;
    ASSERT_EQ(again.skipped, expected.skipped) << round;
    ASSERT_EQ(again.contradictions, expected.contradictions) << round;
    ASSERT_EQ(again.next_change, expected.next_change) << round;
  }
}

void expect_nothing_is_shared(const Compiled& compiled, const Site& site) {
  std::set<Ipv4> neighbours;
  std::set<NodeId> nodes;
  std::set<Ipv6> next_hops;
  std::map<Asn, UserHash> members;
  for (const Rule& one : compiled.policy.rules()) {
    EXPECT_TRUE(neighbours.insert(one.neighbour).second);
    EXPECT_TRUE(nodes.insert(one.node).second);
    EXPECT_TRUE(next_hops.insert(one.next_hop).second);
    EXPECT_EQ(members.emplace(one.asn, one.member).first->second, one.member);
    EXPECT_TRUE(one.neighbour.in_overlay() && one.neighbour != site.overlay_ipv4);
    EXPECT_EQ(one.own_next_hop.has_value(), site.links);
    EXPECT_NE(one.asn, site.asn);
  }
  std::set<Prefix48> prefixes;
  for (const LeaseRow& lease : compiled.policy.leases()) {
    EXPECT_TRUE(prefixes.insert(lease.prefix).second);
    EXPECT_TRUE(site.pool.contains(lease.prefix));
    EXPECT_TRUE(members.contains(lease.asn)) << "a row for nobody";
  }
}

TEST(CompileOfAnyFacts, GivesNoAddressAsnNodeOrPrefixTwice) {
  Random random{41};
  std::size_t sessions = 0, rows = 0;
  for (int round = 0; round < 3000; ++round) {
    const Facts facts = random_facts(random);
    const Compiled compiled = facts.compiled();
    expect_nothing_is_shared(compiled, facts.site);
    ASSERT_FALSE(HasFailure()) << round;
    sessions += compiled.policy.rules().size();
    rows += compiled.policy.leases().size();
  }
  EXPECT_GT(sessions, 3000U);
  EXPECT_GT(rows, 1000U);
}

TEST(CompileOfAnyFacts, IsTheSameUntilTheChangeItForetells) {
  Random random{42};
  for (int round = 0; round < 2000; ++round) {
    const Facts facts = random_facts(random);
    const Compiled now = facts.compiled();
    const Instant until = now.next_change.value_or(kNow + std::chrono::hours{24});
    ASSERT_GT(until, kNow);
    const Compiled later = facts.compiled(until - seconds{1});
    ASSERT_EQ(later.policy, now.policy) << round;
    ASSERT_EQ(later.skipped, now.skipped) << round;
    ASSERT_EQ(later.contradictions, now.contradictions) << round;
  }
}

TEST(CompileOfAnyFacts, NamesEveryNodeThatGotNoSession) {
  Random random{43};
  for (int round = 0; round < 2000; ++round) {
    const Facts facts = random_facts(random);
    const Compiled compiled = facts.compiled();
    std::set<std::string> named;
    for (const Skipped& one : compiled.skipped) named.insert(one.what);
    for (const Skipped& one : compiled.contradictions) named.insert(one.what);
    for (const Rule& one : compiled.policy.rules()) {
      named.insert("node " + std::to_string(one.node.number()));
    }
    for (const Node& node : facts.nodes) {
      ASSERT_TRUE(named.contains("node " + std::to_string(node.id.number()))) << round;
    }
  }
}

// --- one odd record never changes what others get ------------------------------------------------

Facts sound_facts() {
  Facts facts;
  for (std::uint32_t i = 0; i < 5; ++i) {
    const std::string name = "sound" + std::to_string(i);
    facts.members.push_back(member(name, 65100 + i, {leased(prefix_text(30 + i))}));
    facts.members.back().overlay_user_ids = {100 + i};
    facts.members.back().email = name + "@example.org";
    facts.nodes.push_back(machine(50 + i, name));
  }
  return facts;
}

// What is left of a policy without one member.
Policy without(const Policy& policy, const Mapping& victim) {
  std::vector<Rule> rules;
  for (const Rule& one : policy.rules()) {
    if (one.member != victim.user) rules.push_back(one);
  }
  std::vector<LeaseRow> leases;
  for (const LeaseRow& one : policy.leases()) {
    if (one.asn != victim.asn) leases.push_back(one);
  }
  return {rules, leases};
}

struct Odd {
  const char* what;
  bool harms_the_victim;
  std::function<void(Facts&, const Mapping&, const Node&)> add;
};

Mapping& mallory(Facts& facts) { return facts.members.emplace_back(member("mallory", 65200)); }
Node& stray(Facts& facts) { return facts.nodes.emplace_back(machine(90, "mallory")); }

TEST(OneOddRecord, ChangesNothingForAnybodyElse) {
  const std::vector<Odd> records{
      {"node of nobody", false, [](Facts& f, const Mapping&, const Node&) { stray(f); }},
      {"node without addresses", false,
       [](Facts& f, const Mapping&, const Node&) { stray(f).ipv4.clear(); }},
      {"expired node with the victim's address", false,
       [](Facts& f, const Mapping&, const Node& n) {
         Node& node = stray(f);
         node.ipv4 = n.ipv4, node.expiry = kNow;
       }},
      {"node with the IXP's address", false,
       [](Facts& f, const Mapping&, const Node&) { stray(f).ipv4 = {f.site.overlay_ipv4}; }},
      {"member outside the pool", false,
       [](Facts& f, const Mapping&, const Node&) {
         mallory(f).leases = {leased("3fff:200::/48")}, stray(f);
       }},
      {"member with the platform's ASN", false,
       [](Facts& f, const Mapping&, const Node&) { mallory(f).asn = f.site.asn, stray(f); }},
      {"node that claims the victim's e-mail with another provider id", false,
       [](Facts& f, const Mapping& v, const Node&) { stray(f).owner.email = *v.email; }},
      {"member with the victim's e-mail", false,
       [](Facts& f, const Mapping& v, const Node&) { mallory(f).email = v.email; }},
      {"member with the victim's overlay user", false,
       [](Facts& f, const Mapping& v, const Node&) {
         mallory(f).overlay_user_ids = v.overlay_user_ids;
       }},
      {"node with the victim's address", true,
       [](Facts& f, const Mapping&, const Node& n) { stray(f).ipv4 = n.ipv4; }},
      {"node with the victim's id", true,
       [](Facts& f, const Mapping&, const Node& n) { stray(f).id = n.id; }},
      {"member with the victim's ASN", true,
       [](Facts& f, const Mapping& v, const Node&) { mallory(f).asn = v.asn; }},
      {"member with the victim's provider id", true,
       [](Facts& f, const Mapping& v, const Node&) { mallory(f).provider_id = v.provider_id; }},
      {"member with the victim's prefix", true,
       [](Facts& f, const Mapping& v, const Node&) { mallory(f).leases = v.leases; }},
      {"victim told in two ways", true, [](Facts& f, const Mapping& v, const Node&) {
         f.members.push_back(v);
         f.members.back().leases.clear();
       }}};
  const Policy sound = sound_facts().compiled().policy;
  for (const Odd& odd : records) {
    for (std::size_t victim = 0; victim < 5; ++victim) {
      Facts facts = sound_facts();
      const Mapping target = facts.members[victim];
      odd.add(facts, target, sound_facts().nodes[victim]);
      const Policy policy = facts.compiled().policy;
      if (odd.harms_the_victim) {
        EXPECT_EQ(without(policy, target), without(sound, target)) << odd.what;
        EXPECT_NE(policy, sound) << odd.what;
      } else {
        EXPECT_EQ(without(policy, member("mallory", 65200)), sound) << odd.what;
      }
    }
  }
}

}  // namespace
}  // namespace peerlab::policy

// BIRD's filter and policy::judge are one decision, in both forms: the same routes are put to both.
#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "tests/bird/oracle.h"
#include "tests/support/facts/facts.h"

namespace peerlab::bird {
namespace {

using policy::LeaseRow;
using policy::Policy;
using policy::Reason;
using policy::Rule;
using policy::Site;
using policy::Verdict;
using testing_support::overlay_ipv4;
using testing_support::row;
using testing_support::rule;
using testing_support::small_site;

using Path = std::vector<std::uint32_t>;

// Alice has two nodes and a 32-bit ASN, Bob one and a 16-bit one, Carol no lease, Dave is in
// quarantine.
constexpr std::uint32_t kAlice = 4'200'000'001U, kBob = 65001, kCarol = 65002, kDave = 65003;
constexpr std::uint32_t kUnknownNode = 15;

Policy four_members() {
  return {{rule(10, "alice", kAlice), rule(11, "bob", kBob), rule(12, "alice", kAlice),
           rule(13, "carol", kCarol), rule(14, "dave", kDave)},
          {row("3fff:100:1::/48", kAlice), row("3fff:100:2::/48", kBob),
           row("3fff:100:3::/48", kAlice)},
          {row("3fff:100:5::/48", kDave)}};
}

std::vector<Ipv6Prefix> alphabet_of_prefixes() {
  std::vector<Ipv6Prefix> prefixes;
  for (const char* const text :
       {"3fff:100:1::/48", "3fff:100:2::/48", "3fff:100:3::/48", "3fff:100:4::/48",
        "3fff:100:5::/48", "3fff:100:5::/49", "3fff:100:1::/49", "3fff:100::/47", "3fff:100:1::/64",
        "3fff:100::/40", "3fff:300:1::/48", "3fff:100:1::1/128", "::/0"}) {
    prefixes.push_back(*Ipv6Prefix::parse(text));
  }
  return prefixes;
}

// Every path of up to five hops over two members, and some with numbers no path should hold.
std::vector<Path> alphabet_of_paths() {
  std::vector<Path> paths{{}};
  for (std::size_t from = 0; paths[from].size() < 5; ++from) {
    for (const std::uint32_t asn : {kAlice, kBob}) {
      paths.push_back(paths[from]);
      paths.back().push_back(asn);
    }
  }
  for (const std::uint32_t odd : {0U, 23456U, 64500U, 3356U, 65535U, 4294967295U, kCarol, kDave}) {
    for (const std::uint32_t own : {kAlice, kBob}) {
      paths.insert(paths.end(), {{odd}, {own, odd}, {odd, own}, {own, odd, own}});
    }
  }
  paths.emplace_back(Path(800, kBob));
  return paths;
}

// The wishes 0..7 as bits, then the same among communities that mean nothing here.
std::vector<LargeCommunity> communities_of(unsigned number) {
  std::vector<LargeCommunity> communities;
  if (number >= 8) communities = {{64500, 1101, 9}, {64501, 0, 1}, {64500, 1, 2}, {64500, 0, 4}};
  for (std::uint32_t group = 1; group <= 3; ++group) {
    if ((number >> (group - 1) & 1U) != 0) communities.push_back({64500, 0, group});
  }
  return communities;
}

// Members (and nobody) x paths x communities, each of every prefix.  Where a path cannot pass
// whatever else there is, five sets of communities take turns.
std::vector<Announcement> whole_alphabet(Form form) {
  std::vector<Announcement> all;
  const Policy policy = four_members();
  unsigned turn = 0;
  for (std::uint32_t node = 10; node <= kUnknownNode; ++node) {
    const Rule* const known = policy.rule_of(overlay_ipv4(node));
    if (known == nullptr && form == Form::Sessions) continue;  // it has no session
    for (const Path& path : alphabet_of_paths()) {
      const bool own = known != nullptr && std::ranges::count(path, known->asn.number()) ==
                                               static_cast<std::ptrdiff_t>(path.size());
      const unsigned sets = own && path.size() <= 4 ? 16 : 5;
      for (unsigned set = 0; set < sets; ++set) {
        all.push_back({overlay_ipv4(node), alphabet_of_prefixes(), path,
                       communities_of(sets == 16 ? set : ++turn % 16)});
      }
    }
  }
  return all;
}

std::string text(Form form) { return form == Form::Sessions ? "sessions" : "function"; }

class JudgeOracle : public testing::TestWithParam<Form> {
 protected:
  // Compares all, and counts how often each set of reasons was seen; none where BIRD cannot run.
  void compare(const Policy& policy, const Site& site, const std::vector<Announcement>& all) {
    const Result<Verdicts> said = ask_bird(policy, site, GetParam(), all);
    if (!said && said.error().kind != ErrorKind::Internal) GTEST_SKIP() << said.error().detail;
    ASSERT_TRUE(said) << said.error().detail;
    for (std::size_t i = 0; i < all.size(); ++i) {
      for (const Ipv6Prefix& prefix : all[i].prefixes) {
        const Route route{prefix, all[i].path, all[i].communities};
        const Verdict expected = policy::judge(policy, site, all[i].neighbour, route);
        const auto found = said->find({i, prefix});
        ASSERT_NE(found, said->end()) << prefix.text() << " is not shown";
        ASSERT_EQ(found->second, expected) << prefix.text() << " by " << all[i].neighbour.text()
                                           << " with " << testing::PrintToString(all[i].path);
        ++seen_[expected.reasons];
        ++asked_;
      }
    }
    EXPECT_EQ(said->size(), asked_);
  }

  std::map<std::vector<Reason>, int> seen_;
  std::size_t asked_ = 0;
};

TEST_P(JudgeOracle, SaysWhatJudgeSaysOfAWholeAlphabetVerdictReasonsAndWishes) {
  compare(four_members(), small_site(), whole_alphabet(GetParam()));
  if (asked_ == 0) return;
  EXPECT_GT(asked_, 20'000U);
  EXPECT_EQ(seen_[{}], (2 + 1 + 2) * 4 * 16);
  // 6, 5, 9 + 100, 10, 100, 10 + 100, 9 + 10 + 100, 103, 10 + 103 and accepted, and 102 where a
  // stranger has a session: none of them is left out.
  EXPECT_EQ(seen_.size(), GetParam() == Form::Sessions ? 10U : 11U);
}

// --- random cases --------------------------------------------------------------------------------

Site random_site(std::mt19937& random) {
  Site site = small_site();
  site.asn = *Asn::make(random() % 2 == 0 ? 64500 : 4'210'000'000U);
  std::vector<Ipv6Prefix> blocks{*Ipv6Prefix::parse("3fff:100::/44")};
  if (random() % 2 == 0) blocks.push_back(*Ipv6Prefix::parse("3fff:110::/47"));
  if (random() % 2 == 0) blocks.push_back(*Ipv6Prefix::parse("3fff:10f:ffff::/48"));
  site.pool = *PrefixPool::make(std::move(blocks));
  return site;
}

// Leases may lie outside the pool: compile never grants such, and the filter must not either.
Policy random_policy(std::mt19937& random, const std::vector<Ipv6Prefix>& prefixes) {
  std::vector<Rule> rules;
  std::vector<std::uint32_t> asns;
  for (std::uint32_t member = 0; member < 12; ++member) {
    asns.push_back(random() % 2 == 0 ? 65000 + member : 4'200'000'000U + member);
    for (auto nodes = 1 + random() % 2; nodes > 0; --nodes) {
      rules.push_back(rule(static_cast<std::uint32_t>(10 + 2 * member + nodes),
                           "member" + std::to_string(member), asns.back()));
    }
  }
  std::vector<LeaseRow> leases, in_quarantine;
  for (const Ipv6Prefix& prefix : prefixes) {
    const auto whole = Prefix48::make(prefix);
    if (!whole || random() % 2 != 0) continue;
    const auto holder = random() % asns.size();
    (holder % 3 == 0 ? in_quarantine : leases).push_back({*whole, *Asn::make(asns[holder])});
  }
  return {std::move(rules), std::move(leases), std::move(in_quarantine)};
}

std::vector<Ipv6Prefix> random_prefixes(std::mt19937& random) {
  std::set<Ipv6Prefix> prefixes;
  for (int i = 0; i < 40; ++i) {
    const Ipv6 address = Prefix48::from_network(0x3fff'0100'0000U + random() % 24).first_address();
    prefixes.insert(Ipv6Prefix::containing(
        address, random() % 3 == 0 ? 40 + static_cast<unsigned>(random() % 60) : 48U));
  }
  for (const char* const edge : {"3fff:10f:ffff::/48", "3fff:110::/48", "3fff:110:1::/48",
                                 "3fff:110:2::/48", "3fff:ff:ffff::/48"}) {
    prefixes.insert(*Ipv6Prefix::parse(edge));
  }
  return {prefixes.begin(), prefixes.end()};
}

Path random_path(std::mt19937& random, std::uint32_t own) {
  Path path;
  for (auto left = random() % 6; left > 0; --left) {
    path.push_back(random() % 8 == 0 ? static_cast<std::uint32_t>(random()) : own);
  }
  return path;
}

std::vector<LargeCommunity> random_communities(std::mt19937& random, std::uint32_t platform) {
  std::set<LargeCommunity> communities;
  for (auto left = random() % 6; left > 0; --left) {
    const std::uint32_t administrator =
        random() % 4 == 0 ? static_cast<std::uint32_t>(random()) : platform;
    const std::uint32_t function =
        random() % 3 == 0 ? std::array{1U, 1101U, 2000U}[random() % 3] : 0;
    communities.insert({administrator, function, static_cast<std::uint32_t>(random() % 5)});
  }
  return {communities.begin(), communities.end()};
}

TEST_P(JudgeOracle, SaysWhatJudgeSaysOfRandomPoliciesAndRoutes) {
  std::mt19937 random{70};
  for (int round = 0; round < 3; ++round) {
    const Site site = random_site(random);
    const std::vector<Ipv6Prefix> prefixes = random_prefixes(random);
    const Policy policy = random_policy(random, prefixes);
    std::vector<Announcement> all;
    for (int i = 0; i < 60; ++i) {
      const Rule& rule = policy.rules()[random() % policy.rules().size()];
      all.push_back({rule.neighbour, prefixes, random_path(random, rule.asn.number()),
                     random_communities(random, site.asn.number())});
    }
    asked_ = 0;
    ASSERT_NO_FATAL_FAILURE(compare(policy, site, all));
    if (IsSkipped()) return;
  }
  EXPECT_GT(seen_[{}], 0);
}

INSTANTIATE_TEST_SUITE_P(Form, JudgeOracle, testing::Values(Form::Sessions, Form::Function),
                         [](const auto& form) { return text(form.param); });

}  // namespace
}  // namespace peerlab::bird

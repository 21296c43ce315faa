// Many members at once: nothing is ever held twice.
#include <gmock/gmock.h>

#include <set>
#include <thread>

#include "tests/contract/open_ledger.h"

namespace peerlab::contract {
namespace {

using namespace std::chrono_literals;

class LedgerRaces : public EveryBackEnd {};

INSTANTIATE_TEST_SUITE_P(, LedgerRaces, testing::ValuesIn(back_ends()), name_of_back_end);

void from_threads(int count, const std::function<void(int)>& act) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) threads.emplace_back(act, i);
  for (std::thread& thread : threads) thread.join();
}

TEST_P(LedgerRaces, NoAsnIsEverHeldByTwoMembers) {
  std::mutex mutex;
  std::multiset<std::uint32_t> given;
  int refused = 0;
  const AsnRange pool = *AsnRange::make(65000, 65031);
  from_threads(16, [&](int thread) {
    for (int i = 0; i < 4; ++i) {
      const Subject who = member(std::to_string(thread * 4 + i));
      const auto grant = ledger_->assign_asn(who, pool, kNoon);
      const std::lock_guard lock{mutex};
      if (grant) given.insert(grant->assignment.asn.number());
      if (!grant) refused += grant.error().kind == ErrorKind::Exhausted ? 1 : 1000;
    }
  });
  EXPECT_EQ(given.size(), 32U);
  EXPECT_EQ(std::set<std::uint32_t>(given.begin(), given.end()).size(), 32U);
  EXPECT_EQ(refused, 32);
}

TEST_P(LedgerRaces, OneMemberAskingManyTimesAtOnceHoldsOneAsn) {
  std::mutex mutex;
  std::set<std::uint32_t> given;
  std::atomic<int> fresh = 0;
  from_threads(16, [&](int) {
    const auto grant = ledger_->assign_asn(member("alice"), AsnRange::standard(), kNoon);
    const std::lock_guard lock{mutex};
    given.insert(grant->assignment.asn.number());
    fresh += grant->fresh ? 1 : 0;
  });
  EXPECT_THAT(given, testing::ElementsAre(65000));
  EXPECT_EQ(fresh, 1);
}

TEST_P(LedgerRaces, NoPrefixIsEverHeldByTwoMembersAtOnce) {
  const AllocationRules rules = rules_with("3fff:100::/43");
  for (int round = 0; round < 5; ++round) {
    const Instant now = kNoon + round * 10h;
    std::mutex mutex;
    std::multiset<std::string> given;
    from_threads(16, [&](int thread) {
      for (int i = 0; i < 4; ++i) {
        const Subject who = member(std::to_string(thread * 4 + i));
        const auto grant = ledger_->lease_prefix(who, from(now), rules);
        const std::lock_guard lock{mutex};
        if (grant) given.insert(grant->lease.prefix.text());
        EXPECT_TRUE(grant || grant.error().kind == ErrorKind::Exhausted);
      }
    });
    EXPECT_EQ(given.size(), 32U);
    EXPECT_EQ(std::set<std::string>(given.begin(), given.end()).size(), 32U);
  }
}

// Each once, all at the same second, in whatever order the threads come.
TEST_P(LedgerRaces, WhatFreesGoesToTheFirstInLineHoweverManyAskAtOnce) {
  const AllocationRules rules = rules_with("3fff:100::/45");
  for (int i = 0; i < 8; ++i) {
    ASSERT_TRUE(ledger_->lease_prefix(member("holder " + std::to_string(i)), from(kNoon), rules));
  }
  for (int i = 0; i < 16; ++i) {
    const Subject who = member(std::to_string(i));
    ASSERT_FALSE(ledger_->lease_prefix(who, from(kNoon + 1s), rules));
  }
  const Instant free = kNoon + 1h + rules.cool_down_floor;
  std::mutex mutex;
  std::set<int> served;
  std::set<Prefix48> given;
  from_threads(16, [&](int thread) {
    // The last in line come first, and a newcomer with each.
    for (const int i : {15 - thread, 16 + thread}) {
      const auto grant = ledger_->lease_prefix(member(std::to_string(i)), from(free), rules);
      EXPECT_TRUE(grant || grant.error().kind == ErrorKind::Exhausted) << grant.error().cause;
      const std::lock_guard lock{mutex};
      if (grant) served.insert(i);
      if (grant) given.insert(grant->lease.prefix);
    }
  });
  EXPECT_THAT(served, testing::ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
  EXPECT_EQ(given.size(), 8U);
}

TEST_P(LedgerRaces, ManyNewcomersAtOnceLeaveThoseInLineWhatTheyNeed) {
  const AllocationRules rules = rules_with("3fff:100::/45");
  for (int i = 0; i < 8; ++i) {
    ASSERT_TRUE(ledger_->lease_prefix(member("holder " + std::to_string(i)), from(kNoon), rules));
  }
  for (const char* who : {"first", "second"}) {
    ASSERT_FALSE(ledger_->lease_prefix(member(who), from(kNoon + 1s), rules));
  }
  const Instant free = kNoon + 1h + rules.cool_down_floor;
  std::atomic<int> granted = 0;
  from_threads(16, [&](int thread) {
    if (ledger_->lease_prefix(member(std::to_string(thread)), from(free), rules)) ++granted;
  });
  EXPECT_EQ(granted, 6);
  for (const char* who : {"second", "first"}) {
    EXPECT_TRUE(ledger_->lease_prefix(member(who), from(free + 1s), rules)) << who;
  }
}

TEST_P(LedgerRaces, QuotaHoldsWhenOneMemberAsksManyTimesAtOnce) {
  std::atomic<int> granted = 0;
  from_threads(16, [&](int) {
    const auto grant =
        ledger_->lease_prefix(member("alice"), from(kNoon), rules_with("3fff:100::/40", 2));
    if (grant) ++granted;
    EXPECT_TRUE(grant || grant.error().kind == ErrorKind::QuotaReached);
  });
  EXPECT_EQ(granted, 2);
}

TEST_P(LedgerRaces, LeasingRevokingAndReadingAtOnceKeepsEveryPictureFreeOfDoubles) {
  const AllocationRules rules = rules_with("3fff:100::/45");
  std::atomic<bool> done = false;
  std::thread reader{[&] {
    while (!done) {
      const auto members = ledger_->members_at(kNoon + 1s);
      ASSERT_TRUE(members) << members.error().cause;
      std::set<Prefix48> seen;
      for (const HoldingMember& one : *members) {
        for (const Lease& lease : one.leases) EXPECT_TRUE(seen.insert(lease.prefix).second);
      }
    }
  }};
  from_threads(8, [&](int thread) {
    const Subject who = member(std::to_string(thread));
    for (int i = 0; i < 20; ++i) {
      const auto grant = ledger_->lease_prefix(who, from(kNoon), rules);
      if (grant) (void)ledger_->revoke(UserHash::of(who), grant->lease.prefix, kNoon + 1s);
    }
  });
  done = true;
  reader.join();
}

}  // namespace
}  // namespace peerlab::contract

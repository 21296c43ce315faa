// Lists that operators read by pages, over every back end.
#include <gmock/gmock.h>

#include <atomic>
#include <map>
#include <random>
#include <thread>

#include "tests/contract/open_ledger.h"

namespace peerlab::contract {
namespace {

using namespace std::chrono_literals;

class LedgerPages : public EveryBackEnd {
 protected:
  const AllocationRules rules_ = rules_with("3fff:100::/40", 3);

  Oversight& oversight() { return ledger_->oversight(); }
  Result<LeaseGrant> lease(const std::string& who, Instant begin = kNoon,
                           std::chrono::seconds length = 1h) {
    return ledger_->lease_prefix(member(who), from(begin, length), rules_);
  }
  std::vector<MemberRecord> members(const MemberSearch& wanted, std::size_t limit = 1000) {
    auto page = oversight().members(wanted, limit, kNoon);
    EXPECT_TRUE(page) << page.error().detail << page.error().cause;
    return page.value_or(std::vector<MemberRecord>{});
  }
  std::vector<LeaseRecord> leases(std::optional<Prefix48> after, std::size_t limit = 1000) {
    auto page = oversight().leases(after, limit, kNoon);
    EXPECT_TRUE(page) << page.error().detail << page.error().cause;
    return page.value_or(std::vector<LeaseRecord>{});
  }
  static bool never_ends(std::size_t rows) {
    EXPECT_LT(rows, 1000U) << "the pages never end";
    return rows >= 1000;
  }
  // Page after page, as an operator's program goes on.
  std::vector<MemberRecord> all_members(MemberSearch wanted, std::size_t limit) {
    std::vector<MemberRecord> all;
    for (;;) {
      const std::vector<MemberRecord> page = members(wanted, limit);
      EXPECT_LE(page.size(), limit);
      all.insert(all.end(), page.begin(), page.end());
      if (page.size() < limit || never_ends(all.size())) return all;
      wanted.after = page.back().assignment.holder.text();
    }
  }
  std::vector<LeaseRecord> all_leases(std::size_t limit) {
    std::vector<LeaseRecord> all;
    for (std::optional<Prefix48> after;;) {
      const std::vector<LeaseRecord> page = leases(after, limit);
      EXPECT_LE(page.size(), limit);
      all.insert(all.end(), page.begin(), page.end());
      if (page.size() < limit || never_ends(all.size())) return all;
      after = page.back().lease.prefix;
    }
  }
  // Some hold nothing, some several, some had something, some are suspended or were forgotten.
  std::vector<UserHash> people(std::mt19937& random, int count) {
    std::vector<UserHash> left;
    for (int i = 0; i < count; ++i) {
      const std::string who = std::to_string(random());
      const UserHash user = UserHash::of(member(who));
      EXPECT_TRUE(ledger_->assign_asn(member(who), rules_.asns, kNoon - 3h));
      if (random() % 2 == 0) {
        EXPECT_TRUE(lease(who, kNoon - 2h, 1h));
      }
      for (auto held = random() % 4; held > 0; --held) EXPECT_TRUE(lease(who, kNoon - 1min));
      if (random() % 3 == 0) {
        EXPECT_TRUE(oversight().suspend(user, "r", "olga", kNoon - 1s));
      }
      if (random() % 5 == 0) {
        EXPECT_TRUE(oversight().forget(user, "olga", kNoon - 1s));
      } else {
        left.push_back(user);
      }
    }
    std::ranges::sort(left);
    return left;
  }
};

INSTANTIATE_TEST_SUITE_P(, LedgerPages, testing::ValuesIn(back_ends()), name_of_back_end);

std::vector<std::string> users_of(const std::vector<MemberRecord>& records) {
  std::vector<std::string> users;
  for (const MemberRecord& record : records) users.push_back(record.assignment.holder.text());
  return users;
}

TEST_P(LedgerPages, AreTheWholeWhateverTheirLength) {
  std::mt19937 random{7};
  const std::vector<UserHash> people = this->people(random, 24);
  std::vector<std::string> users;
  std::vector<LeaseRecord> held;
  for (const UserHash& user : people) {
    users.push_back(user.text());
    const auto record = oversight().member(user, kNoon);
    ASSERT_TRUE(record);
    for (const Lease& lease : record->leases) {
      held.push_back(
          {lease, record->number, record->assignment.asn, record->suspension.has_value()});
    }
  }
  std::ranges::sort(held, {}, [](const LeaseRecord& one) { return one.lease.prefix; });
  ASSERT_GT(held.size(), 8U);
  for (const std::size_t limit : {1U, 2U, 5U, 7U, 1000U}) {
    EXPECT_EQ(users_of(all_members({}, limit)), users) << limit;
    EXPECT_EQ(all_leases(limit), held) << limit;
    for (const MemberRecord& record : all_members({}, limit)) {
      const auto alone = oversight().member(record.assignment.holder, kNoon);
      EXPECT_EQ(record.leases, alone->leases);
      EXPECT_EQ(record.suspension, alone->suspension);
      EXPECT_EQ(record.number, alone->number);
    }
  }
}

TEST_P(LedgerPages, HoldThoseMeantAndNobodyElse) {
  std::mt19937 random{11};
  const std::vector<UserHash> people = this->people(random, 40);
  for (int i = 0; i < 60; ++i) {
    MemberSearch wanted;
    if (random() % 3 != 0) wanted.suspended = random() % 2 == 0;
    const std::string& near = people[random() % people.size()].text();
    if (random() % 2 == 0) wanted.user = near.substr(0, random() % 3 == 0 ? 64 : random() % 3);
    const std::string& behind = people[random() % people.size()].text();
    if (random() % 2 == 0) wanted.after = behind.substr(0, random() % 2 == 0 ? 64 : random() % 4);
    std::vector<std::string> expected;
    for (const UserHash& user : people) {
      const bool suspended = oversight().member(user, kNoon)->suspension.has_value();
      if (wanted.suspended.value_or(suspended) == suspended &&
          user.text().starts_with(wanted.user) && user.text() > wanted.after) {
        expected.push_back(user.text());
      }
    }
    EXPECT_EQ(users_of(all_members(wanted, 1 + random() % 9)), expected)
        << "user " << wanted.user << " after " << wanted.after;
  }
}

TEST_P(LedgerPages, PassOverAPrefixWhoseNextLeaseAnAheadClockBegan) {
  const AllocationRules two = rules_with("3fff:100::/47");
  const auto first = ledger_->lease_prefix(member("alice"), from(kNoon - 2h), two);
  ASSERT_TRUE(ledger_->lease_prefix(member("bob"), from(kNoon - 2h, 9h), two));
  ASSERT_TRUE(ledger_->lease_prefix(member("alice"), from(kNoon + 2s), two));
  const std::vector<LeaseRecord> seen = all_leases(1);
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_GT(seen.front().lease.prefix, first->lease.prefix);
}

// Whoever was there before the first page and after the last is on exactly one.
TEST_P(LedgerPages, MissNobodyAndNameNobodyTwiceWhileOthersComeAndGo) {
  std::map<UserHash, std::vector<Lease>> settled;
  for (int i = 0; i < 30; ++i) {
    const std::string who = "settled " + std::to_string(i);
    const auto grant = lease(who);
    ASSERT_TRUE(grant) << grant.error().detail << grant.error().cause;
    settled[UserHash::of(member(who))] = {grant->lease};
  }
  std::atomic<bool> done = false;
  std::atomic<int> came = 0;
  std::thread others{[&] {
    for (int i = 0; !done; ++i, ++came) {
      const std::string who = "passing " + std::to_string(i % 50);
      const UserHash user = UserHash::of(member(who));
      const auto grant = lease(who);
      if (grant && i % 2 == 0) (void)ledger_->revoke(user, grant->lease.prefix, kNoon);
      if (i % 3 == 0) (void)oversight().suspend(user, "r", "olga", kNoon);
      if (i % 7 == 0) (void)oversight().forget(user, "olga", kNoon);
    }
  }};
  for (std::size_t turn = 0; turn < 12 || came < 60; ++turn) {
    const std::vector<MemberRecord> seen = all_members({}, 1 + turn % 12);
    const std::vector<std::string> users = users_of(seen);
    EXPECT_TRUE(std::ranges::is_sorted(users) && std::ranges::adjacent_find(users) == users.end());
    std::size_t met = 0;
    for (const MemberRecord& record : seen) {
      const auto found = settled.find(record.assignment.holder);
      if (found == settled.end()) continue;
      EXPECT_EQ(record.leases, found->second);
      ++met;
    }
    EXPECT_EQ(met, settled.size());

    std::vector<Prefix48> prefixes;
    met = 0;
    for (const LeaseRecord& record : all_leases(1 + turn % 12)) {
      prefixes.push_back(record.lease.prefix);
      met += settled.contains(record.lease.holder) ? 1U : 0U;
    }
    EXPECT_TRUE(std::ranges::is_sorted(prefixes) &&
                std::ranges::adjacent_find(prefixes) == prefixes.end());
    EXPECT_EQ(met, settled.size());
  }
  done = true;
  others.join();
}

}  // namespace
}  // namespace peerlab::contract

// Random operations on every back end beside a model too simple to be wrong: a list of who held
// what and when.
#include <gmock/gmock.h>

#include <random>

#include "tests/contract/open_ledger.h"

namespace peerlab::contract {
namespace {

using namespace std::chrono_literals;

class LedgerModel : public testing::TestWithParam<BackEnd> {};
INSTANTIATE_TEST_SUITE_P(, LedgerModel, testing::ValuesIn(back_ends()), name_of_back_end);

struct Walk {
  Ledger& ledger;
  std::mt19937& random;
  AllocationRules rules;
  Instant now = kNoon;
  std::vector<Lease> history = {};  // the model

  int draw(int below) { return std::uniform_int_distribution<int>{0, below - 1}(random); }

  std::size_t held_by(const UserHash& who) const {
    return static_cast<std::size_t>(std::count_if(
        history.begin(), history.end(),
        [&](const Lease& lease) { return lease.holder == who && lease.active(now); }));
  }

  // Free for this member by the contract's words: nobody holds it, and it rested long enough for
  // this member.
  bool may_be_given(const Prefix48& prefix, const UserHash& who) const {
    const Lease* last = nullptr;
    for (const Lease& lease : history) {
      if (lease.prefix == prefix && (last == nullptr || lease.window.end() >= last->window.end()))
        last = &lease;
    }
    if (last == nullptr) return true;
    const auto rest = last->holder == who ? 0s : std::chrono::seconds{rules.cool_down_floor};
    return last->window.end() + rest <= now;
  }

  void lease(const Subject& who) {
    const UserHash user = UserHash::of(who);
    const auto grant =
        ledger.lease_prefix(who, from(now, std::chrono::minutes{1 + draw(90)}), rules);
    bool anything_free = false;
    for (std::uint64_t i = 0; i < rules.pool.size(); ++i)
      anything_free |= may_be_given(rules.pool.at(i), user);
    if (held_by(user) >= rules.leases_per_member_max) {
      EXPECT_EQ(grant.error().kind, ErrorKind::QuotaReached);
    } else if (!anything_free) {
      EXPECT_EQ(grant.error().kind, ErrorKind::Exhausted);
    } else if (!grant) {  // kept for others: line_model_test.cc
      EXPECT_EQ(grant.error().kind, ErrorKind::Exhausted);
      const auto place = ledger.place_of(user, rules, now);
      EXPECT_GT((*place)->place, 1U) << grant.error().detail << grant.error().cause;
    } else {
      EXPECT_TRUE(may_be_given(grant->lease.prefix, user)) << grant->lease.prefix.text();
      history.push_back(grant->lease);
    }
  }

  void revoke(const Subject& who) {
    const UserHash user = UserHash::of(who);
    for (Lease& lease : history) {
      if (lease.holder != user || !lease.active(now) || lease.window.begin() == now) continue;
      ASSERT_TRUE(ledger.revoke(user, lease.prefix, now));
      lease.window = *LeaseWindow::make(lease.window.begin(), now);
      return;
    }
  }

  void renew(const Subject& who) {
    const UserHash user = UserHash::of(who);
    for (Lease& lease : history) {
      if (lease.holder != user || !lease.active(now)) continue;
      const Instant end = now + std::chrono::minutes{1 + draw(90)};
      const auto renewed = ledger.renew(user, lease.prefix, end, now);
      ASSERT_TRUE(renewed) << renewed.error().detail << renewed.error().cause;
      lease.window = *LeaseWindow::make(lease.window.begin(), std::max(end, lease.window.end()));
      EXPECT_EQ(*renewed, lease);
      return;
    }
  }

  // Whose leases they were nobody can say; each rests like a stranger's.
  void forget(const Subject& who) {
    const UserHash user = UserHash::of(who);
    const bool known = ledger.holdings_of(user, now)->assignment.has_value();
    for (const Lease& lease : history) {
      if (lease.holder == user && lease.window.begin() == now) return;
    }
    EXPECT_EQ(ledger.oversight().forget(user, "olga", now).has_value(), known);
    const UserHash nobody = UserHash::of(member("nobody " + std::to_string(history.size())));
    for (Lease& lease : history) {
      if (lease.holder != user) continue;
      if (lease.active(now)) lease.window = *LeaseWindow::make(lease.window.begin(), now);
      lease.holder = nobody;
    }
  }

  // What the routers are told is what is in force, and each of it is its holder's tenure.
  void compare_all() const {
    const auto members = ledger.members_at(now);
    ASSERT_TRUE(members) << members.error().detail << members.error().cause;
    std::size_t told = 0;
    for (const HoldingMember& one : *members) {
      for (const Lease& lease : one.leases) {
        EXPECT_THAT(history, testing::Contains(lease));
        EXPECT_EQ((*ledger.oversight().tenure_of(lease.prefix, now))->asn, one.assignment.asn);
        ++told;
      }
    }
    EXPECT_EQ(told, static_cast<std::size_t>(
                        std::count_if(history.begin(), history.end(),
                                      [&](const Lease& lease) { return lease.active(now); })));
  }

  void compare(const Subject& who) const {
    const auto holdings = ledger.holdings_of(UserHash::of(who), now);
    ASSERT_TRUE(holdings);
    EXPECT_EQ(holdings->leases.size(), held_by(UserHash::of(who)));
    for (const Lease& lease : holdings->leases) EXPECT_THAT(history, testing::Contains(lease));
  }
};

TEST_P(LedgerModel, AgreesWithAListOfWhoHeldWhat) {
  for (unsigned seed = 1; seed <= 4; ++seed) {
    const TemporaryFolder folder;
    const std::unique_ptr<Ledger> ledger = GetParam().open(folder);
    if (!ledger) GTEST_SKIP() << "PostgreSQL 15 is not here";
    std::mt19937 random{seed};
    Walk walk{*ledger, random, rules_with("3fff:100::/45", 2)};
    for (int step = 0; step < 200; ++step) {
      const Subject who = member(std::to_string(walk.draw(7)));
      const int choice = walk.draw(13);
      if (choice < 5) walk.lease(who);
      if (choice >= 5 && choice < 8) walk.revoke(who);
      if (choice >= 8 && choice < 10) walk.renew(who);
      if (choice == 10) walk.forget(who);
      if (choice >= 11) walk.now += std::chrono::seconds{1 + walk.draw(1200)};
      walk.compare(who);
      walk.compare_all();
      if (HasFailure()) FAIL() << "seed " << seed << " step " << step;
    }
    ASSERT_TRUE(ledger->oversight().seal_events());
    EXPECT_EQ(ledger->oversight().verify_chain()->first_broken, std::nullopt);
  }
}

}  // namespace
}  // namespace peerlab::contract

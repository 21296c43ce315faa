// Random askers of a small pool beside a model of its line that is written from the contract's
// words: lists that are searched from end to end.
#include <gmock/gmock.h>

#include <random>

#include "ledger/line.h"
#include "tests/contract/open_ledger.h"

namespace peerlab::contract {
namespace {

using namespace std::chrono_literals;

class LineModel : public testing::TestWithParam<BackEnd> {};
INSTANTIATE_TEST_SUITE_P(, LineModel, testing::ValuesIn(back_ends()), name_of_back_end);

struct Walk {
  struct Used {
    Prefix48 prefix;
    Instant free_from;
    std::string last_holder;
  };
  struct Waiter {
    std::string name;
    Instant since;
    Instant kept_until;
  };

  Ledger& ledger;
  std::mt19937 random;
  AllocationRules rules;
  Instant now = kNoon;
  std::vector<Used> used = {};
  std::vector<Waiter> line = {};

  int draw(int below) { return std::uniform_int_distribution<int>{0, below - 1}(random); }

  void sort_by_rest() {
    std::ranges::sort(used, [](const Used& a, const Used& b) {
      return std::tie(a.free_from, a.prefix) < std::tie(b.free_from, b.prefix);
    });
    std::erase_if(line, [&](const Waiter& one) { return one.kept_until <= now; });
  }

  Instant for_anybody(const Used& one) const { return one.free_from + rules.cool_down_floor; }

  std::size_t ahead_of(const std::string& who) const {
    std::size_t ahead = 0;
    for (const Waiter& one : line) {
      if (one.name == who) break;
      ++ahead;
    }
    return ahead;
  }

  std::optional<Prefix48> expected_prefix(const std::string& who) const {
    for (const Used& one : used) {
      if (one.last_holder == who && one.free_from <= now && for_anybody(one) > now)
        return one.prefix;
    }
    if (used.size() < rules.pool.size()) return rules.pool.at(used.size());
    std::vector<Used> free;
    std::size_t recent = 0;
    for (const Used& one : used) {
      if (for_anybody(one) > now) continue;
      free.push_back(one);
      if (for_anybody(one) > now - 10min) ++recent;
    }
    const std::size_t ahead = ahead_of(who);
    if (free.size() <= std::min(ahead, recent)) return std::nullopt;
    const bool rested = free.front().free_from + rules.cool_down <= now;
    if (ahead > 0 || rested) return free.front().prefix;
    for (const Used& one : free) {
      if (one.last_holder == who) return one.prefix;
    }
    return free.front().prefix;
  }

  // Should all that are ahead take one, each as soon as there is one for anybody.
  Instant turn_of(const std::string& who) const {
    std::size_t ahead = ahead_of(who);
    Instant turn = now;
    for (const Used& one : used) {
      turn = for_anybody(one);
      if (ahead-- == 0) break;
    }
    if (ahead_of(who) >= used.size() && turn <= now) turn = for_anybody(used.front()) + 10min;
    for (const Used& one : used) {
      if (one.last_holder == who && for_anybody(one) > now) turn = std::min(turn, one.free_from);
    }
    return turn;
  }

  bool holds(const std::string& who) const {
    return std::ranges::any_of(
        used, [&](const Used& one) { return one.last_holder == who && one.free_from > now; });
  }

  void lease(const std::string& who) {
    const Instant end = now + std::chrono::minutes{1 + draw(60)};
    const auto grant = ledger.lease_prefix(member(who), *LeaseWindow::make(now, end), rules);
    if (holds(who)) {
      EXPECT_EQ(grant.error().kind, ErrorKind::QuotaReached);
      return;
    }
    const std::optional<Prefix48> expected = expected_prefix(who);
    ASSERT_EQ(grant ? std::optional{grant->lease.prefix} : std::nullopt, expected) << who;
    if (expected) {
      std::erase_if(used, [&](const Used& one) { return one.prefix == *expected; });
      used.push_back({*expected, end, who});
      std::erase_if(line, [&](const Waiter& one) { return one.name == who; });
      return;
    }
    const Instant until = std::max(now, turn_of(who)) + 10min;
    const auto own = std::ranges::find(line, who, &Waiter::name);
    if (own == line.end()) {
      line.push_back({who, now, until});
    } else {
      own->kept_until = std::max(own->kept_until, until);
    }
  }

  void revoke(const std::string& who) {
    for (Used& one : used) {
      if (one.last_holder != who || one.free_from <= now) continue;
      ASSERT_TRUE(ledger.revoke(UserHash::of(member(who)), one.prefix, now));
      one.free_from = now;
      return;
    }
  }

  void compare(const std::string& who) const {
    const auto place = ledger.place_of(UserHash::of(member(who)), rules, now);
    ASSERT_TRUE(place) << place.error().detail << place.error().cause;
    const auto own = std::ranges::find(line, who, &Waiter::name);
    std::optional<Place> expected;
    if (own != line.end()) {
      expected = {ahead_of(who) + 1, line.size(), own->since, own->kept_until, turn_of(who)};
    }
    EXPECT_EQ(*place, expected) << who;
    EXPECT_EQ(ledger.holdings_of(UserHash::of(member(who)), now)->waits, own != line.end());
    EXPECT_EQ(ledger.oversight().waiting_for(rules.pool, now), line.size());
  }
};

TEST_P(LineModel, AgreesWithALineThatIsSearchedFromEndToEnd) {
  std::size_t longest = 0;
  for (unsigned seed = 1; seed <= 4; ++seed) {
    const TemporaryFolder folder;
    const std::unique_ptr<Ledger> ledger = GetParam().open(folder);
    if (!ledger) GTEST_SKIP() << "PostgreSQL 15 is not here";
    Walk walk{*ledger, std::mt19937{seed}, rules_with("3fff:100::/46")};
    for (int step = 0; step < 300; ++step) {
      walk.sort_by_rest();
      const std::string who = std::to_string(walk.draw(9));
      const int choice = walk.draw(10);
      if (choice < 6) walk.lease(who);
      if (choice == 6) walk.revoke(who);
      if (choice > 6) walk.now += std::chrono::seconds{1 + walk.draw(600)};
      walk.sort_by_rest();
      walk.compare(who);
      walk.compare(std::to_string(walk.draw(9)));
      longest = std::max(longest, walk.line.size());
      if (HasFailure()) FAIL() << "seed " << seed << " step " << step;
    }
  }
  EXPECT_GE(longest, 4U);
}

}  // namespace
}  // namespace peerlab::contract

// The bucket, the penalty and the quarantine of one member, against models that keep every event.
#include "confgen/change_standing.h"

#include <gmock/gmock.h>

#include <cmath>
#include <random>

namespace peerlab::confgen {
namespace {

using namespace std::chrono_literals;
using policy::ChangeBudget;
using std::chrono::seconds;
using testing::DoubleNear;
using testing::ElementsAre;

constexpr Instant kStart{seconds{1'795'000'000}};
constexpr ChangeBudget kBudget{};

Changes withdrawals(std::uint64_t count) { return {.announcements = count, .withdrawals = count}; }
Changes replacements(std::uint64_t count) {
  return {.announcements = count, .replacements = count};
}
Changes loss() { return {.establishments = 1, .losses = 1, .route_losses = 1}; }

Changes random_changes(std::mt19937& random) {
  switch (random() % 3) {
    case 0:
      return withdrawals(1 + random() % 2);
    case 1:
      return replacements(1 + random() % 3);
    default:
      return loss();
  }
}

ChangeBudget random_budget(std::mt19937& random) {
  ChangeBudget budget;
  budget.cycles = 1 + static_cast<std::uint32_t>(random() % 5);
  budget.window = seconds{60 + random() % 1000};
  budget.burst = 1 + static_cast<std::uint32_t>(random() % 6);
  return budget;
}

struct Event {
  Instant at;
  double cost;
};

// Some stretch that ends now holds more than the burst and what its time is worth.
bool over_budget(const std::vector<Event>& events, const ChangeBudget& budget) {
  double spent = 0;
  for (auto event = events.rbegin(); event != events.rend(); ++event) {
    spent += event->cost;
    const double worth = static_cast<double>((events.back().at - event->at).count()) *
                         budget.cycles / static_cast<double>(budget.window.count());
    if (spent > budget.burst + worth + 1e-9) return true;
  }
  return false;
}

TEST(ChangeBudget, IsOverspentExactlyWhereSomeStretchHoldsMoreThanItsWorth) {
  std::mt19937 random{260};
  int quarantines = 0;
  for (int round = 0; round < 500; ++round) {
    const ChangeBudget budget = random_budget(random);
    Instant now = kStart;
    ChangeStanding standing{budget, now};
    std::vector<Event> events;
    for (int i = 0; i < 40; ++i) {
      now += seconds{random() % 400};
      const Changes changes = random_changes(random);
      events.push_back({now, changes.cost()});
      const bool begun = standing.charge(changes, budget, now).has_value();
      ASSERT_EQ(begun, over_budget(events, budget)) << round << " " << i;
      quarantines += begun ? 1 : 0;
      if (begun) break;
    }
  }
  EXPECT_GT(quarantines, 100);
  EXPECT_LT(quarantines, 500);
}

TEST(ChangeBudget, IsNeverSpentByWhoOnlyStartsAndReconnectsOnceOrTwice) {
  ChangeStanding standing{kBudget, kStart};
  EXPECT_FALSE(standing.charge({.announcements = 2, .establishments = 1}, kBudget, kStart));
  EXPECT_FALSE(standing.charge(loss(), kBudget, kStart + 5s));
  EXPECT_FALSE(standing.charge(loss(), kBudget, kStart + 10s));
  EXPECT_TRUE(standing.quiet(kBudget, kStart + 3h));
}

TEST(ChangeBudget, ThreeCyclesAtOnceAreTheBurstAndTheFourthIsTooMany) {
  ChangeStanding standing{kBudget, kStart};
  EXPECT_FALSE(standing.charge(withdrawals(3), kBudget, kStart));
  const auto begun = standing.charge(withdrawals(1), kBudget, kStart + 1s);
  ASSERT_TRUE(begun);
  EXPECT_EQ(*begun, (Quarantine{kStart + 1s, kStart + 61s}));
}

std::vector<seconds> lengths_of_a_flapper(const ChangeBudget& budget, int times) {
  ChangeStanding standing{budget, kStart};
  std::vector<seconds> lengths;
  for (Instant now = kStart; lengths.size() < static_cast<std::size_t>(times); now += 1s) {
    const std::optional<Quarantine> before = standing.quarantine();
    standing.settle(budget, now);
    standing.charge(withdrawals(100), budget, now);
    if (standing.quarantine() && standing.quarantine() != before) {
      lengths.push_back(standing.quarantine()->until - standing.quarantine()->since);
    }
    EXPECT_TRUE(standing.quarantine()) << "who never stops is never let out";
  }
  return lengths;
}

TEST(Quarantine, GrowsTwofoldToTheLongestForWhoNeverStops) {
  EXPECT_THAT(lengths_of_a_flapper(kBudget, 8),
              ElementsAre(1min, 2min, 4min, 8min, 16min, 32min, 60min, 60min));
}

TEST(Quarantine, EndsForWhoStoppedAndTheNextOneIsLonger) {
  ChangeStanding standing{kBudget, kStart};
  ASSERT_TRUE(standing.charge(withdrawals(4), kBudget, kStart));
  EXPECT_FALSE(standing.settle(kBudget, kStart + 59s));
  EXPECT_TRUE(standing.settle(kBudget, kStart + 60s));
  EXPECT_FALSE(standing.quarantine());
  const auto second = standing.charge(withdrawals(4), kBudget, kStart + 2min);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->until - second->since, 2min);
}

TEST(Quarantine, ForgetsOneDoublingForEachLongestTimeWithoutOne) {
  ChangeStanding standing{kBudget, kStart};
  Instant now = kStart;
  for (int i = 0; i < 3; ++i, now += 10min) {
    ASSERT_TRUE(standing.charge(withdrawals(4), kBudget, now));
    standing.settle(kBudget, now + 10min);
  }
  const auto next = standing.charge(withdrawals(9), kBudget, now + 125min);
  ASSERT_TRUE(next);
  EXPECT_EQ(next->until - next->since, 2min) << "the fourth would have been 8";
}

TEST(Quarantine, IsNotProlongedByASecondBudgetThatIsNotOverspent) {
  ChangeStanding standing{kBudget, kStart};
  ASSERT_TRUE(standing.charge(withdrawals(4), kBudget, kStart));
  EXPECT_FALSE(standing.charge(withdrawals(3), kBudget, kStart + 10s));
  standing.settle(kBudget, kStart + 60s);
  EXPECT_FALSE(standing.quarantine());
}

TEST(Penalty, IsTheSumOfWhatIsLeftOfEveryChange) {
  ChangeBudget generous;
  generous.burst = 1000;
  std::mt19937 random{261};
  for (int round = 0; round < 200; ++round) {
    ChangeStanding standing{generous, kStart};
    std::vector<Event> events;
    Instant now = kStart;
    for (int i = 0; i < 8; ++i) {
      now += seconds{random() % 1000};
      const Changes changes = random() % 2 == 0 ? withdrawals(1) : replacements(1);
      standing.charge(changes, generous, now);
      events.push_back({now, changes.withdrawals > 0 ? 1000.0 : 500.0});
    }
    now += seconds{random() % 1000};
    double sum = 0;
    for (const Event& event : events) {
      sum += event.cost * std::exp2(-static_cast<double>((now - event.at).count()) / 900);
    }
    ASSERT_THAT(standing.penalty(now), DoubleNear(sum, 1e-6));
  }
}

TEST(Penalty, SuppressesFromSixThousandUntilItHasFallenToTheReuseThreshold) {
  ChangeBudget generous;
  generous.burst = 1000;
  ChangeStanding standing{generous, kStart};
  standing.charge(withdrawals(5), generous, kStart);
  EXPECT_FALSE(standing.suppressed_until(kStart));
  standing.charge(withdrawals(1), generous, kStart);
  EXPECT_EQ(standing.suppressed_until(kStart), kStart + 45min) << "6000 to 750: three half-lives";
  standing.charge(withdrawals(500), generous, kStart);
  EXPECT_EQ(standing.suppressed_until(kStart), kStart + 60min) << "never longer than an hour";
}

TEST(Penalty, OfWhatIsDoneInQuarantineIsNone) {
  ChangeStanding standing{kBudget, kStart};
  ASSERT_TRUE(standing.charge(withdrawals(4), kBudget, kStart));
  const double before = standing.penalty(kStart);
  EXPECT_DOUBLE_EQ(before, 5000) << "ours is the fifth withdrawal";
  standing.charge(withdrawals(50), kBudget, kStart);
  EXPECT_DOUBLE_EQ(standing.penalty(kStart), before);
}

TEST(ChangeStanding, AClockThatIsSetBackFreesNobodyAndLengthensNoQuarantineBeyondTheLongest) {
  ChangeStanding standing{kBudget, kStart};
  ASSERT_TRUE(standing.charge(withdrawals(4), kBudget, kStart));
  ChangeStanding again{standing.kept()};
  const Instant earlier = kStart - 100h;
  again.confine(kBudget, earlier);
  again.settle(kBudget, earlier);
  ASSERT_TRUE(again.quarantine());
  EXPECT_LE(again.quarantine()->until, earlier + kBudget.longest);
  EXPECT_LE(again.left(kBudget, earlier), kBudget.burst);
}

TEST(ChangeStanding, GivesBackALossThatWasNotTheMembers) {
  ChangeStanding standing{kBudget, kStart};
  standing.charge(loss(), kBudget, kStart);
  standing.give_back_loss(kBudget, kStart);
  EXPECT_DOUBLE_EQ(standing.left(kBudget, kStart), kBudget.burst);
}

}  // namespace
}  // namespace peerlab::confgen

#include "base/haste.h"

#include <gtest/gtest.h>

#include <thread>

namespace peerlab {
namespace {

using namespace std::chrono_literals;
using Steady = Haste::Steady;

TEST(Haste, LeavesEveryQuestionItsPatienceUntilItBegins) {
  const Haste haste;
  EXPECT_FALSE(haste.has_begun());
  const Steady::time_point asked = Steady::now();
  EXPECT_EQ(haste.end_of(asked, 5s), asked + 5s);
}

TEST(Haste, ShortensWhatIsUnderWayFromItsBeginAndWhatIsAskedLaterFromThen) {
  Haste haste;
  const Steady::time_point before = Steady::now();
  haste.begin();
  const Steady::time_point after = Steady::now();
  EXPECT_TRUE(haste.has_begun());
  EXPECT_GE(haste.end_of(before - 1s, 60s), before + Haste::kPatience);
  EXPECT_LE(haste.end_of(before - 1s, 60s), after + Haste::kPatience);
  EXPECT_EQ(haste.end_of(after + 9s, 60s), after + 9s + Haste::kPatience);
}

TEST(Haste, GivesNobodyMoreThanItHad) {
  Haste haste;
  haste.begin();
  const Steady::time_point asked = Steady::now();
  EXPECT_EQ(haste.end_of(asked, 100ms), asked + 100ms);
}

TEST(Haste, BegunAgainIsNoLaterThanAtFirst) {
  Haste haste;
  haste.begin();
  const Steady::time_point end = haste.end_of(Steady::time_point{}, 24h * 365 * 100);
  std::this_thread::sleep_for(5ms);
  haste.begin();
  EXPECT_EQ(haste.end_of(Steady::time_point{}, 24h * 365 * 100), end);
}

}  // namespace
}  // namespace peerlab

#include "identity/promptness.h"

#include <gmock/gmock.h>

namespace peerlab::identity {
namespace {

using namespace std::chrono_literals;

class PromptnessTest : public testing::Test {
 protected:
  // After so long since the test began.
  [[nodiscard]] bool lasts(std::chrono::milliseconds since) const {
    return promptness_.lasts(begin_ + since);
  }
  void asked(std::chrono::milliseconds since) { promptness_.asked(begin_ + since); }
  void answered(std::chrono::milliseconds since, std::chrono::milliseconds rest = 0ms) {
    promptness_.answered(begin_ + since, rest);
  }

  const Promptness::Steady::time_point begin_{1h};
  Promptness promptness_;
};

TEST_F(PromptnessTest, IsNotLostWhileNobodyAsks) { EXPECT_TRUE(lasts(24h)); }

TEST_F(PromptnessTest, IsLostAMomentAfterAQuestionThatIsNotAnswered) {
  asked(100ms);
  EXPECT_TRUE(lasts(1'099ms));
  EXPECT_FALSE(lasts(1'100ms));
}

TEST_F(PromptnessTest, LastsThroughPausesBetweenQuestions) {
  asked(0ms);
  answered(999ms);
  EXPECT_TRUE(lasts(5s)) << "nothing is being asked";
  asked(5s);
  EXPECT_TRUE(lasts(5'999ms));
  answered(5'999ms, 1s);
  EXPECT_TRUE(lasts(10s)) << "a moment's rest is no more than a pause";
}

TEST_F(PromptnessTest, LastsHalfAMinuteFromTheFirstQuestionOn) {
  asked(10s);
  answered(10s);
  asked(39s);
  answered(39s);
  EXPECT_TRUE(lasts(39'999ms));
  EXPECT_FALSE(lasts(40s));
}

TEST_F(PromptnessTest, DoesNotComeBackAfterALateAnswer) {
  asked(0ms);
  answered(1s);
  asked(2s);
  answered(2s);
  EXPECT_FALSE(lasts(2s));
}

TEST_F(PromptnessTest, DoesNotComeBackAfterAnAnswerThatAsksForALongRest) {
  asked(0ms);
  answered(1ms, 1'001ms);
  EXPECT_FALSE(lasts(1ms));
  asked(2s);
  answered(2s);
  EXPECT_FALSE(lasts(2s));
}

TEST_F(PromptnessTest, DoesNotComeBackAfterAFailure) {
  asked(0ms);
  promptness_.failed();
  EXPECT_FALSE(lasts(1ms));
  asked(2s);
  answered(2s);
  EXPECT_FALSE(lasts(2s));
}

}  // namespace
}  // namespace peerlab::identity

#include "confgen/lease_clock.h"

#include <gmock/gmock.h>

#include <random>

namespace peerlab::confgen {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using testing::HasSubstr;

// The truth, and a machine whose clock is off by `step`.
struct Machine {
  Moment truth{1'795'000'000'400ms};
  milliseconds running{5000};
  milliseconds step{0};
  void pass(milliseconds time) { truth += time, running += time; }
  [[nodiscard]] ClockReading read() const { return {truth + step, running}; }
  [[nodiscard]] Instant date() const { return std::chrono::floor<std::chrono::seconds>(truth); }
};

TEST(LeaseClock, IsNeverLateWhateverIsDoneToTheMachinesClockAndWhoeverIsDown) {
  std::mt19937 random{7};
  for (int life = 0; life < 200; ++life) {
    Machine machine;
    LeaseClock clock{machine.read()};
    bool gateway_up = true;
    for (int event = 0; event < 100; ++event) {
      machine.pass(milliseconds{random() % 40'000});
      if (random() % 5 == 0) gateway_up = !gateway_up;
      if (random() % 4 == 0)
        machine.step = milliseconds{static_cast<int>(random() % 7'200'001)} - 1h;
      if (random() % 6 == 0) machine.step = 0ms;
      if (gateway_up) clock.heard(machine.date(), machine.read());
      ASSERT_GE(clock.now(machine.read()), machine.truth) << "life " << life << " event " << event;
    }
  }
}

TEST(LeaseClock, IsRightToThreeSecondsWhileTheGatewayIsHeard) {
  std::mt19937 random{8};
  Machine machine;
  LeaseClock clock{machine.read()};
  for (int event = 0; event < 5000; ++event) {
    machine.pass(milliseconds{random() % 40'000});
    if (random() % 4 == 0) machine.step = milliseconds{static_cast<int>(random() % 7'200'001)} - 1h;
    clock.heard(machine.date(), machine.read());
    ASSERT_LE(clock.now(machine.read()), machine.truth + 3s) << event;
  }
}

TEST(LeaseClock, NeverGoesBackWhereTheClocksAreAlmostOne) {
  std::mt19937 random{9};
  Machine machine;
  LeaseClock clock{machine.read()};
  Moment before = clock.now(machine.read());
  for (int event = 0; event < 5000; ++event) {
    machine.pass(milliseconds{random() % 3'000});
    machine.step = milliseconds{static_cast<int>(random() % 1'001)} - 500ms;
    if (random() % 3 == 0) clock.heard(machine.date(), machine.read());
    const Moment now = clock.now(machine.read());
    ASSERT_GE(now, before) << event;
    before = now;
  }
}

TEST(LeaseClock, IsTheMachinesClockToTheMillisecondWhereTheGatewayAgrees) {
  Machine machine;
  LeaseClock clock{machine.read()};
  for (int i = 0; i < 1000; ++i) {
    machine.pass(777ms);
    clock.heard(machine.date(), machine.read());
    ASSERT_EQ(clock.now(machine.read()), machine.truth);
  }
}

TEST(LeaseClock, AnHourForwardEndsNoLeaseEarlyWhileTheGatewayIsHeard) {
  Machine machine;
  LeaseClock clock{machine.read()};
  clock.heard(machine.date(), machine.read());
  machine.step = 1h;
  machine.pass(30s);
  EXPECT_EQ(clock.now(machine.read()), machine.truth);
  machine.pass(61s);
  EXPECT_EQ(clock.now(machine.read()), machine.truth + 1h) << "nobody says which one is right";
}

TEST(LeaseClock, AlarmsOnceForAStepAndOnceWhenItIsUndone) {
  Machine machine;
  LeaseClock clock{machine.read()};
  EXPECT_FALSE(clock.alarm(machine.read()));
  machine.step = -1h;
  const auto behind = clock.alarm(machine.read());
  ASSERT_TRUE(behind);
  EXPECT_THAT(*behind, HasSubstr("3600 s behind"));
  machine.pass(1min);
  EXPECT_FALSE(clock.alarm(machine.read()));
  machine.step = 0ms;
  const auto back = clock.alarm(machine.read());
  ASSERT_TRUE(back);
  EXPECT_THAT(*back, HasSubstr("right again"));
  EXPECT_FALSE(clock.alarm(machine.read()));
}

TEST(LeaseClock, AlarmsWhereTheMachineWasWrongFromTheStart) {
  Machine machine;
  machine.step = 1h;
  LeaseClock clock{machine.read()};
  EXPECT_FALSE(clock.alarm(machine.read()));
  clock.heard(machine.date(), machine.read());
  const auto ahead = clock.alarm(machine.read());
  ASSERT_TRUE(ahead);
  EXPECT_THAT(*ahead, HasSubstr("3599 s ahead of"));
}

}  // namespace
}  // namespace peerlab::confgen

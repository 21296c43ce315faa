#include "http/stop_signals.h"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <thread>

namespace peerlab::http {
namespace {

using namespace std::chrono_literals;

// A signal is the business of a whole process: each claim is looked at in a child.
template <class Body>
int status_of_child(const Body& body) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(5);
    std::_Exit(body());
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

bool comes_true(const std::atomic<bool>& what) {
  for (int i = 0; i < 400 && !what; ++i) std::this_thread::sleep_for(5ms);
  return what;
}

MATCHER_P(ExitsWith, code, "") { return WIFEXITED(arg) && WEXITSTATUS(arg) == code; }
MATCHER_P(IsEndedBy, signal, "") { return WIFSIGNALED(arg) && WTERMSIG(arg) == signal; }

TEST(StopSignals, TurnAFirstSignalIntoACallAlsoWhereItCameBefore) {
  for (const int signal : {SIGTERM, SIGINT}) {
    for (const bool before : {true, false}) {
      const int status = status_of_child([&] {
        std::atomic<bool> called = false;
        StopSignals signals;
        if (before) ::kill(::getpid(), signal);
        signals.call([&] { called = true; });
        if (!before) ::kill(::getpid(), signal);
        return comes_true(called) ? 0 : 1;
      });
      EXPECT_THAT(status, ExitsWith(0)) << signal << (before ? " before" : " after");
    }
  }
}

TEST(StopSignals, LeaveTheSecondSignalItsUsualEffect) {
  const int status = status_of_child([] {
    std::atomic<bool> called = false;
    StopSignals signals;
    signals.call([&] { called = true; });
    ::kill(::getpid(), SIGTERM);
    comes_true(called);
    ::kill(::getpid(), SIGTERM);
    std::this_thread::sleep_for(2s);
    return 1;
  });
  EXPECT_THAT(status, IsEndedBy(SIGTERM));
}

TEST(StopSignals, InterruptNoOtherThread) {
  const int status = status_of_child([] {
    std::atomic<bool> called = false;
    StopSignals signals;
    std::atomic<int> slept = -1;
    std::thread sleeper{[&] { slept = ::usleep(50'000); }};
    signals.call([&] { called = true; });
    ::kill(::getpid(), SIGINT);
    sleeper.join();
    return comes_true(called) && slept == 0 ? 0 : 1;
  });
  EXPECT_THAT(status, ExitsWith(0));
}

TEST(StopSignals, AreDoneWithoutASignal) {
  const int status = status_of_child([] {
    StopSignals never_called;
    {
      StopSignals signals, unused;
      signals.call([] {});
    }
    return 0;
  });
  EXPECT_THAT(status, ExitsWith(0));
}

}  // namespace
}  // namespace peerlab::http

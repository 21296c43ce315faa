#include "confgen/run_lock.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/support/temporary_folder.h"

namespace peerlab::confgen {
namespace {

using namespace std::chrono_literals;
using testing_support::TemporaryFolder;

TEST(RunLock, IsHeldByOneRunAtATime) {
  const TemporaryFolder folder;
  const auto first = RunLock::take(folder.path(), 0ms);
  ASSERT_TRUE(first);
  const auto second = RunLock::take(folder.path(), 50ms);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::Conflict);
}

TEST(RunLock, IsFreeAgainWhenTheFirstRunEnds) {
  const TemporaryFolder folder;
  for (int run = 0; run < 3; ++run) EXPECT_TRUE(RunLock::take(folder.path(), 0ms));
}

TEST(RunLock, IsWaitedFor) {
  const TemporaryFolder folder;
  auto first = RunLock::take(folder.path(), 0ms);
  std::thread run{[held = std::move(*first)]() mutable {
    std::this_thread::sleep_for(100ms);
    const RunLock end = std::move(held);
  }};
  EXPECT_TRUE(RunLock::take(folder.path(), 5s));
  run.join();
}

TEST(RunLock, IsNotWaitedForWhereTheFirstRunStays) {
  const TemporaryFolder folder;
  {
    const auto first = RunLock::take(folder.path(), 0ms);
    ASSERT_TRUE(first);
    first->stay();
    const auto begin = std::chrono::steady_clock::now();
    const auto second = RunLock::take(folder.path(), 20s);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::Conflict);
    EXPECT_NE(second.error().detail.find("--watch"), std::string::npos);
  }
  const auto third = RunLock::take(folder.path(), 0ms);
  ASSERT_TRUE(third) << "however the first one ended";
  const auto fourth = RunLock::take(folder.path(), 50ms);
  ASSERT_FALSE(fourth);
  EXPECT_EQ(fourth.error().detail.find("--watch"), std::string::npos);
}

TEST(RunLock, SaysWhereItCannotBe) {
  const auto lock = RunLock::take("/nonexistent", 0ms);
  ASSERT_FALSE(lock);
  EXPECT_EQ(lock.error().kind, ErrorKind::NotPermitted);
  EXPECT_NE(lock.error().detail.find("/nonexistent/lock"), std::string::npos);
}

}  // namespace
}  // namespace peerlab::confgen

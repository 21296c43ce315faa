#include "base/file_lock.h"

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace peerlab {
namespace {

using namespace std::chrono_literals;
using testing_support::TemporaryFolder;

TEST(FileLock, IsHeldByOneAtATimeAndSaysSoToTheOther) {
  const testing_support::TemporaryFolder folder;
  {
    const Result<FileLock> held = FileLock::take(folder / "lock", 0ms);
    ASSERT_TRUE(held);
    EXPECT_EQ(FileLock::take(folder / "lock", 30ms).error().kind, ErrorKind::Conflict);
  }
  EXPECT_TRUE(FileLock::take(folder / "lock", 0ms));
}

TEST(FileLock, IsNotWaitedForInVain) {
  const TemporaryFolder folder;
  const Result<FileLock> held = FileLock::take(folder.path() / "lock", 0ms);
  ASSERT_TRUE(held);
  int asked = 0;
  EXPECT_FALSE(FileLock::take(folder.path() / "lock", 1h, [&] { return ++asked == 3; }));
  EXPECT_EQ(asked, 3);
}

}  // namespace
}  // namespace peerlab

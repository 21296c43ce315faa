#include "base/file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "base/file_lock.h"
#include "tests/support/temporary_folder.h"

namespace peerlab {
namespace {

using testing_support::TemporaryFolder;

std::vector<std::string> names_in(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator{folder}) {
    names.push_back(entry.path().filename().string());
  }
  return names;
}

mode_t mode_of(const std::filesystem::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0;
}

TEST(WriteFile, ReadsBackEveryByteAndLeavesNothingBeside) {
  const TemporaryFolder folder;
  std::string bytes(300'000, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7);
  ASSERT_TRUE(write_file(folder / "policy", bytes));
  EXPECT_EQ(read_file(folder / "policy"), bytes);
  EXPECT_THAT(names_in(folder.path()), testing::ElementsAre("policy"));
}

TEST(WriteFile, ReplacesAsAWhole) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_file(folder / "policy", "a long old text"));
  ASSERT_TRUE(write_file(folder / "policy", "new"));
  EXPECT_EQ(read_file(folder / "policy"), "new");
}

TEST(WriteFile, AReaderSeesTheOldOrTheNewAndNeverAPart) {
  const TemporaryFolder folder;
  const std::string old_text(1U << 20U, 'a'), new_text(1U << 20U, 'b');
  ASSERT_TRUE(write_file(folder / "policy", old_text));
  std::atomic<bool> writing = true;
  std::thread writer{[&] {
    for (int i = 0; i < 20; ++i)
      EXPECT_TRUE(write_file(folder / "policy", i % 2 ? old_text : new_text));
    writing = false;
  }};
  while (writing) {
    const Result<std::string> seen = read_file(folder / "policy");
    EXPECT_TRUE(seen == old_text || seen == new_text);
  }
  writer.join();
}

TEST(WriteFile, GivesTheModeAskedForWhateverTheUmask) {
  const TemporaryFolder folder;
  const mode_t before = ::umask(0077);
  EXPECT_TRUE(write_file(folder / "open", "x", 0644));
  ::umask(0);
  EXPECT_TRUE(write_file(folder / "secret", "x", 0600));
  ::umask(before);
  EXPECT_EQ(mode_of(folder / "open"), 0644U);
  EXPECT_EQ(mode_of(folder / "secret"), 0600U);
}

// A service whose user owns its folder reads what root wrote there by hand.
TEST(WriteFile, OfRootBelongsToTheOwnerOfTheFolder) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  const TemporaryFolder folder;
  ASSERT_EQ(::chown(folder.path().c_str(), 12345, 23456), 0);
  EXPECT_TRUE(write_file(folder / "written", "x", 0600));
  EXPECT_TRUE(write_file(folder / "written", "y", 0600));
  EXPECT_TRUE(create_file(folder / "created", "x"));
  EXPECT_TRUE(write_scratch(folder / "scratch", "x"));
  EXPECT_TRUE(FileLock::take(folder / "lock", std::chrono::seconds{10}));
  for (const char* const name : {"written", "created", "scratch", "lock"}) {
    struct stat status {};
    ASSERT_EQ(::stat((folder / name).c_str(), &status), 0);
    EXPECT_EQ(status.st_uid, 12345U) << name;
    EXPECT_EQ(status.st_gid, 23456U) << name;
  }
}

TEST(WriteFile, NarrowsTheModeOfAFileThatWasWider) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_file(folder / "key", "x", 0644));
  ASSERT_TRUE(write_file(folder / "key", "x", 0600));
  EXPECT_EQ(mode_of(folder / "key"), 0600U);
}

TEST(WriteFile, SaysNotFoundForAFolderThatIsNotThere) {
  const TemporaryFolder folder;
  const Result<void> written = write_file(folder / "gone" / "policy", "x");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, ErrorKind::NotFound);
}

TEST(WriteFile, LeavesAFolderInItsPlaceAlone) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "policy");
  const Result<void> written = write_file(folder / "policy", "x");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, ErrorKind::NotPermitted);
  EXPECT_THAT(names_in(folder.path()), testing::ElementsAre("policy"));
}

// A file system of 64 KiB, gone with its value.
class TinyDisk {
 public:
  explicit TinyDisk(const std::filesystem::path& at) : at_{at} {
    std::filesystem::create_directory(at_);
    mounted_ = ::mount("tmpfs", at_.c_str(), "tmpfs", 0, "size=64k") == 0;
  }
  TinyDisk(const TinyDisk&) = delete;
  TinyDisk& operator=(const TinyDisk&) = delete;
  ~TinyDisk() {
    if (mounted_) ::umount(at_.c_str());
  }
  [[nodiscard]] bool mounted() const { return mounted_; }

 private:
  std::filesystem::path at_;
  bool mounted_ = false;
};

TEST(WriteFile, OnAFullDiskTheOldFileStaysAndNothingElse) {
  const TemporaryFolder folder;
  const TinyDisk disk{folder / "disk"};
  if (!disk.mounted()) GTEST_SKIP() << "a tmpfs cannot be mounted here (not root, or no mount)";
  const std::filesystem::path policy = folder / "disk" / "policy";
  ASSERT_TRUE(write_file(policy, "old"));
  const Result<void> written = write_file(policy, std::string(1U << 20U, 'x'));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, ErrorKind::NotPermitted);
  EXPECT_THAT(written.error().detail, testing::HasSubstr("No space left"));
  EXPECT_EQ(read_file(policy), "old");
  EXPECT_THAT(names_in(folder / "disk"), testing::ElementsAre("policy"));
}

TEST(CreateFile, RefusesAFileThatIsThereAndLeavesItAsItWas) {
  const TemporaryFolder folder;
  ASSERT_TRUE(create_file(folder / "key", "first", 0600));
  const Result<void> again = create_file(folder / "key", "second", 0600);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::Conflict);
  EXPECT_EQ(read_file(folder / "key"), "first");
  EXPECT_EQ(mode_of(folder / "key"), 0600U);
  EXPECT_THAT(names_in(folder.path()), testing::ElementsAre("key"));
}

TEST(ReadFile, SaysNotFoundWhereThereIsNone) {
  const TemporaryFolder folder;
  const Result<std::string> read = read_file(folder / "none");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::NotFound);
}

TEST(ReadFile, TakesExactlyTheCapAndNotOneByteMore) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_file(folder / "text", std::string(100, 'x')));
  EXPECT_TRUE(read_file(folder / "text", 100));
  const Result<std::string> read = read_file(folder / "text", 99);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::Malformed);
}

TEST(ReadFile, EndsOnAFileWithoutEnd) {
  const Result<std::string> read = read_file("/dev/zero", 1U << 20U);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::Malformed);
}

TEST(ReadFile, RefusesAFolder) {
  const TemporaryFolder folder;
  const Result<std::string> read = read_file(folder.path());
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::NotPermitted);
}

TEST(WriteScratch, IsReadBackAndNeverOverwritesWhatIsThere) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "scratch";
  ASSERT_TRUE(write_scratch(path, "first", 0600));
  EXPECT_EQ(read_file(path), "first");
  EXPECT_EQ(mode_of(path), 0600U);
  EXPECT_EQ(write_scratch(path, "second").error().kind, ErrorKind::Conflict);
  EXPECT_EQ(read_file(path), "first");
}

}  // namespace
}  // namespace peerlab

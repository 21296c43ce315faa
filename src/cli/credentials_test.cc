#include "cli/credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <thread>

#include "base/file.h"
#include "tests/support/temporary_folder.h"

namespace peerlab::cli {
namespace {

using namespace std::chrono_literals;

constexpr Instant kEnd{1'795'000'000s};
const std::string kPlatform = "https://peerlab.example.org";

Credentials some(const std::string& refresh = "refresh") {
  return {Secret{"access"}, Secret{refresh},    kEnd, "alice@example.org",
          "peerlab-cli",    "https://id/token", ""};
}

Result<void> keep(const CredentialStore& store, const std::string& platform,
                  const Credentials& credentials) {
  return store.lock().and_then(
      [&](const FileLock& held) { return store.keep(held, platform, credentials); });
}

mode_t mode_of(const std::filesystem::path& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0);
  return status.st_mode & 07777U;
}

TEST(CredentialStore, GivesBackWhatItWasToldToKeep) {
  const testing_support::TemporaryFolder folder;
  const CredentialStore store{folder / "peerlab"};
  ASSERT_TRUE(keep(store, kPlatform, some()));
  const Result<Credentials> found = store.find(kPlatform);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->access_token, Secret{"access"});
  EXPECT_EQ(found->refresh_token, Secret{"refresh"});
  EXPECT_EQ(found->expires_at, kEnd);
  EXPECT_EQ(found->account, "alice@example.org");
  EXPECT_EQ(found->client_id, "peerlab-cli");
  EXPECT_EQ(found->token_endpoint, "https://id/token");
}

TEST(CredentialStore, IsItsOwnersAloneAlsoWhereTheFolderWasOpenToAll) {
  const testing_support::TemporaryFolder folder;
  std::filesystem::create_directory(folder / "peerlab");
  ASSERT_EQ(::chmod((folder / "peerlab").c_str(), 0755), 0);
  ASSERT_TRUE(keep(CredentialStore{folder / "peerlab"}, kPlatform, some()));
  EXPECT_EQ(mode_of(folder / "peerlab"), 0700);
  EXPECT_EQ(mode_of(folder / "peerlab" / "credentials.json"), 0600);
  EXPECT_EQ(mode_of(folder / "peerlab" / "credentials.lock"), 0600);
}

TEST(CredentialStore, KeepsPlatformsApart) {
  const testing_support::TemporaryFolder folder;
  const CredentialStore store{folder.path()};
  ASSERT_TRUE(keep(store, kPlatform, some("one")));
  ASSERT_TRUE(keep(store, "https://other.example", some("other")));
  ASSERT_TRUE(
      store.lock().and_then([&](const FileLock& held) { return store.forget(held, kPlatform); }));
  EXPECT_EQ(store.find(kPlatform).error().kind, ErrorKind::NotFound);
  EXPECT_EQ(store.find("https://other.example")->refresh_token, Secret{"other"});
}

TEST(CredentialStore, FindsNothingWhereNothingIsAndMakesNothing) {
  const testing_support::TemporaryFolder folder;
  EXPECT_EQ(CredentialStore{folder / "peerlab"}.find(kPlatform).error().kind, ErrorKind::NotFound);
  EXPECT_FALSE(std::filesystem::exists(folder / "peerlab"));
}

TEST(CredentialStore, NeverWritesOverAFileThatItCannotRead) {
  const testing_support::TemporaryFolder folder;
  ASSERT_TRUE(write_file(folder / "credentials.json", "{\"half", 0600));
  const CredentialStore store{folder.path()};
  EXPECT_EQ(store.find(kPlatform).error().kind, ErrorKind::Malformed);
  EXPECT_FALSE(keep(store, kPlatform, some()));
  EXPECT_EQ(read_file(folder / "credentials.json"), "{\"half");
}

TEST(CredentialStore, LosesNoSignInOfManyAtOnce) {
  const testing_support::TemporaryFolder folder;
  const CredentialStore store{folder.path()};
  std::vector<std::thread> writers;
  for (int i = 0; i < 8; ++i) {
    writers.emplace_back([&store, i] {
      EXPECT_TRUE(keep(store, "https://platform" + std::to_string(i), some(std::to_string(i))));
    });
  }
  for (std::thread& writer : writers) writer.join();
  for (int i = 0; i < 8; ++i) {
    const Result<Credentials> found = store.find("https://platform" + std::to_string(i));
    ASSERT_TRUE(found) << i;
    EXPECT_EQ(found->refresh_token, Secret{std::to_string(i)});
  }
}

}  // namespace
}  // namespace peerlab::cli

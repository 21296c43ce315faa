#include "base/seal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <map>
#include <random>
#include <thread>

#include "base/file.h"
#include "tests/support/temporary_folder.h"

namespace peerlab {
namespace {

using testing_support::TemporaryFolder;

TEST(Seal, OpensWhatItClosed) {
  const Seal seal = Seal::ephemeral();
  std::mt19937_64 random{5};
  for (std::size_t length = 0; length < 300; ++length) {
    std::string text(length, '\0');
    for (char& c : text) c = static_cast<char>(random());
    const Result<Secret> opened = seal.open(seal.close(Secret{text}));
    ASSERT_TRUE(opened);
    ASSERT_EQ(opened->reveal(), text);
  }
}

TEST(Seal, ClosesOneTextDifferentlyEachTimeAndShowsNothingOfIt) {
  const Seal seal = Seal::ephemeral();
  const Secret subject{"auth0|alice-alice-alice"};
  const std::string box = seal.close(subject);
  EXPECT_NE(box, seal.close(subject));
  EXPECT_THAT(box, testing::Not(testing::HasSubstr("alice")));
}

TEST(Seal, RefusesABoxWithAnyOneBitChanged) {
  const Seal seal = Seal::ephemeral();
  const std::string box = seal.close(Secret{"auth0|alice"});
  for (std::size_t bit = 0; bit < box.size() * 8; ++bit) {
    std::string changed = box;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    ASSERT_FALSE(seal.open(changed)) << "bit " << bit;
  }
}

TEST(Seal, RefusesABoxOfAnyOtherLength) {
  const Seal seal = Seal::ephemeral();
  const std::string box = seal.close(Secret{"auth0|alice"});
  for (std::size_t length = 0; length < box.size(); ++length) {
    ASSERT_FALSE(seal.open(box.substr(0, length))) << length;
  }
  EXPECT_FALSE(seal.open(box + "x"));
}

TEST(Seal, RefusesABoxOfAnotherKeyAndKeepsTheReasonOutOfTheAnswer) {
  const Result<Secret> opened = Seal::ephemeral().open(Seal::ephemeral().close(Secret{"alice"}));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::Internal);
  EXPECT_THAT(opened.error().detail, testing::Not(testing::HasSubstr("seal.key")));
}

TEST(SealKey, IsMadeOnceForItsOwnerAloneAndReadAfterwards) {
  const TemporaryFolder folder;
  const Result<Seal> first = Seal::open_or_create(folder / "seal.key");
  ASSERT_TRUE(first);
  struct stat status {};
  ASSERT_EQ(::stat((folder / "seal.key").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0600U);
  const Result<Seal> second = Seal::open_or_create(folder / "seal.key");
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->open(first->close(Secret{"alice"})));
}

TEST(SealKey, IsOneForReplicasThatStartInTheSameMoment) {
  for (int round = 0; round < 20; ++round) {
    const TemporaryFolder folder;
    std::vector<std::string> boxes(8);
    std::vector<std::thread> replicas;
    for (std::string& box : boxes) {
      replicas.emplace_back([&box, &folder] {
        const Result<Seal> seal = Seal::open_or_create(folder / "seal.key");
        if (seal) box = seal->close(Secret{"alice"});
      });
    }
    for (std::thread& replica : replicas) replica.join();
    const Result<Seal> later = Seal::open_or_create(folder / "seal.key");
    ASSERT_TRUE(later);
    for (const std::string& box : boxes) ASSERT_TRUE(later->open(box));
  }
}

TEST(SealKey, IsRefusedWhereOthersMayReadIt) {
  for (const mode_t mode : {0640U, 0604U, 0660U, 0644U}) {
    const TemporaryFolder folder;
    ASSERT_TRUE(write_file(folder / "seal.key", std::string(32, 'k'), mode));
    const Result<Seal> seal = Seal::open_or_create(folder / "seal.key");
    ASSERT_FALSE(seal) << mode;
    EXPECT_EQ(seal.error().kind, ErrorKind::NotPermitted);
    EXPECT_THAT(seal.error().detail, testing::HasSubstr("chmod 600"));
  }
}

TEST(SealKey, IsRefusedAndNeverReplacedWhereItIsDamaged) {
  for (const std::size_t length : {0U, 31U, 33U, 5000U}) {
    const TemporaryFolder folder;
    const std::string damaged(length, 'k');
    ASSERT_TRUE(write_file(folder / "seal.key", damaged, 0600));
    const Result<Seal> seal = Seal::open_or_create(folder / "seal.key");
    ASSERT_FALSE(seal) << length;
    EXPECT_EQ(seal.error().kind, ErrorKind::Malformed);
    EXPECT_EQ(read_file(folder / "seal.key"), damaged);
  }
}

TEST(SealKey, ThatSomebodyElseKeepsIsReadAndNeverMade) {
  for (const auto& [mode, read] : std::map<mode_t, bool>{
           {0400U, true}, {0440U, true}, {0600U, true}, {0640U, true}, {0644U, false}}) {
    const TemporaryFolder folder;
    EXPECT_EQ(Seal::open_kept(folder / "seal.key").error().kind, ErrorKind::NotFound);
    EXPECT_FALSE(std::filesystem::exists(folder / "seal.key"));
    ASSERT_TRUE(write_file(folder / "seal.key", std::string(32, 'k'), mode));
    EXPECT_EQ(Seal::open_kept(folder / "seal.key").has_value(), read) << mode;
  }
}

TEST(SealKey, SaysWhereItCannotBeMade) {
  const TemporaryFolder folder;
  const Result<Seal> seal = Seal::open_or_create(folder / "gone" / "seal.key");
  ASSERT_FALSE(seal);
  EXPECT_THAT(seal.error().detail, testing::HasSubstr("gone"));
}

}  // namespace
}  // namespace peerlab

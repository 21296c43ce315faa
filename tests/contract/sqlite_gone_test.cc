// A ledger whose files somebody deletes, moves, replaces or locks while it is open.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <functional>

#include "base/file.h"
#include "ledger/sqlite/ledger_file.h"
#include "tests/contract/open_ledger.h"

namespace peerlab::contract {
namespace {

namespace fs = std::filesystem;

using testing::HasSubstr;

struct Mischief {
  std::string name;
  std::function<void(const fs::path& file, const fs::path& elsewhere)> done;
};

void PrintTo(const Mischief& mischief, std::ostream* out) { *out << mischief.name; }

// Each keeps the file elsewhere, from where it is put back.
const std::vector<Mischief> kMischief{
    {"Moved", [](const fs::path& file, const fs::path& elsewhere) { fs::rename(file, elsewhere); }},
    {"Deleted",
     [](const fs::path& file, const fs::path& elsewhere) {
       fs::create_hard_link(file, elsewhere);
       fs::remove(file);
     }},
    {"Replaced",
     [](const fs::path& file, const fs::path& elsewhere) {
       fs::rename(file, elsewhere);
       fs::copy_file(elsewhere, file);
     }},
};

class SqliteFileGone : public testing::TestWithParam<std::tuple<Mischief, std::string /*ending*/>> {
 protected:
  TemporaryFolder folder_;
  const fs::path file_ = folder_ / "l.db";
  const AllocationRules rules_ = rules_with("3fff:100::/40");
  std::unique_ptr<Ledger> ledger_ = *open_sqlite_ledger(file_, Seal::ephemeral());

  Result<LeaseGrant> lease(const std::string& who) {
    return ledger_->lease_prefix(member(who), from(kNoon), rules_);
  }
};

std::string name_of(const testing::TestParamInfo<SqliteFileGone::ParamType>& info) {
  const auto& [mischief, ending] = info.param;
  return mischief.name + (ending.empty() ? "Database" : ending == "-wal" ? "Log" : "Index");
}

INSTANTIATE_TEST_SUITE_P(, SqliteFileGone,
                         testing::Combine(testing::ValuesIn(kMischief),
                                          testing::Values("", "-wal", "-shm")),
                         name_of);

TEST_P(SqliteFileGone, IsWrittenNoMoreUntilItIsBack) {
  const auto& [mischief, ending] = GetParam();
  ASSERT_TRUE(lease("alice"));
  const std::uint64_t version = *ledger_->version();
  const fs::path touched = file_.string() + ending, elsewhere = folder_ / "elsewhere";
  mischief.done(touched, elsewhere);

  const auto refused = lease("bob");
  ASSERT_FALSE(refused) << "acknowledged into a file that nobody finds again";
  EXPECT_EQ(refused.error().kind, ErrorKind::Unavailable);
  EXPECT_TRUE(refused.error().retry_after);
  EXPECT_THAT(refused.error().cause, HasSubstr(touched.string()));
  EXPECT_THAT(refused.error().detail, testing::Not(HasSubstr(folder_.path().string())));
  EXPECT_FALSE(ledger_->ping());
  EXPECT_EQ(ledger_->version().has_value(), !ending.empty()) << "another ledger may lie there";

  fs::rename(elsewhere, touched);
  EXPECT_TRUE(ledger_->ping());
  EXPECT_EQ(ledger_->version(), version) << "nothing was done";
  EXPECT_TRUE(lease("bob"));
}

TEST(SqliteFile, ThatGoesWhileItIsWrittenConfirmsNothing) {
  const TemporaryFolder folder;
  const fs::path file = folder / "l.db";
  auto writer = sqlite::Connection::open(file, sqlite::Connection::Missing::Create);
  ASSERT_TRUE(writer);
  ASSERT_TRUE(writer->execute("CREATE TABLE t (x INTEGER)"));
  const auto opened = sqlite::OpenedFiles::of(file);
  ASSERT_TRUE(opened);
  sqlite::LedgerFile ledger{file, *std::move(writer), *opened};
  const auto written = ledger.changing<int>([&](sqlite::Connection& connection) -> Result<int> {
    EXPECT_TRUE(connection.execute("INSERT INTO t VALUES (1)"));
    fs::remove(file);
    return 1;
  });
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, ErrorKind::OutcomeUnknown);
}

TEST(SqliteFile, IsFoundBesideWhatALinkNames) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "disk");
  fs::create_symlink(folder / "disk/l.db", folder / "l.db");
  const auto ledger = open_sqlite_ledger(folder / "l.db", Seal::ephemeral());
  ASSERT_TRUE(ledger) << ledger.error().detail;
  EXPECT_TRUE((*ledger)->ping());
  fs::remove(folder / "disk/l.db-wal");
  EXPECT_FALSE((*ledger)->ping());
}

// What a disk is after an error: open files are refused too.
class Unwritable {
 public:
  explicit Unwritable(const fs::path& file) : file_{::open(file.c_str(), O_RDONLY | O_CLOEXEC)} {
    set(FS_IMMUTABLE_FL);
  }
  ~Unwritable() {
    set(0);
    ::close(file_);
  }
  Unwritable(const Unwritable&) = delete;
  Unwritable& operator=(const Unwritable&) = delete;
  [[nodiscard]] bool managed() const { return managed_; }

 private:
  void set(int flag) {
    int flags = 0;
    managed_ = ::ioctl(file_, FS_IOC_GETFLAGS, &flags) == 0;
    flags = (flags & ~FS_IMMUTABLE_FL) | flag;
    managed_ = managed_ && ::ioctl(file_, FS_IOC_SETFLAGS, &flags) == 0;
  }
  int file_;
  bool managed_ = false;
};

TEST(SqliteFile, ThatCannotBeWrittenAnyLongerIsReadAndLeasesNothingHalf) {
  const TemporaryFolder folder;
  const auto rules = rules_with("3fff:100::/40");
  const auto ledger = open_sqlite_ledger(folder / "l.db", Seal::ephemeral());
  ASSERT_TRUE((*ledger)->lease_prefix(member("alice"), from(kNoon), rules));
  {
    const Unwritable log{folder / "l.db-wal"};
    if (!log.managed()) GTEST_SKIP() << "this file system keeps no file from being written";
    const auto refused = (*ledger)->lease_prefix(member("bob"), from(kNoon), rules);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::Unavailable);
    EXPECT_TRUE(refused.error().retry_after);
    EXPECT_EQ((*ledger)->members_at(kNoon)->size(), 1U);
  }
  const auto again = (*ledger)->lease_prefix(member("bob"), from(kNoon), rules);
  ASSERT_TRUE(again) << again.error().cause;
  EXPECT_EQ((*ledger)->members_at(kNoon)->size(), 2U);
}

TEST(SqliteFile, ThatCanOnlyBeReadIsNotOpened) {
  const TemporaryFolder folder;
  const Seal seal = Seal::ephemeral();
  ASSERT_TRUE(open_sqlite_ledger(folder / "l.db", seal));
  const Unwritable database{folder / "l.db"};
  if (!database.managed()) GTEST_SKIP() << "this file system keeps no file from being written";
  const auto ledger = open_sqlite_ledger(folder / "l.db", seal);
  ASSERT_FALSE(ledger);
  EXPECT_THAT(ledger.error().detail, HasSubstr("can only be read"));
}

}  // namespace
}  // namespace peerlab::contract

// The schema of a ledger in a file, and what becomes of a file of an older one.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "base/file.h"
#include "tests/contract/open_ledger.h"
#include "tests/contract/sqlite_database.h"

namespace peerlab::contract {
namespace {

using namespace std::chrono_literals;

constexpr const char* kSchema = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name";

// ALTER TABLE writes a new column on the line of the last one.
std::string without_space(std::string text) {
  std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
  return text;
}

std::string text_of(const std::string& file) {
  const auto text = read_file(std::string{PEERLAB_SOURCE_DIR "/schema/sqlite/"} + file);
  EXPECT_TRUE(text);
  return *text;
}

TEST(SqliteSchema, CurrentSqlEqualsTheSumOfTheMigrations) {
  const TemporaryFolder folder;
  ASSERT_TRUE(open_sqlite_ledger(folder / "migrated.db", Seal::ephemeral()));
  Database migrated{folder / "migrated.db"};
  Database current{folder / "current.db"};
  EXPECT_EQ(current.run(text_of("current.sql")), "");
  EXPECT_EQ(without_space(migrated.run(kSchema)), without_space(current.run(kSchema)));
}

// As the release before wrote it.
struct FileOfVersion1 {
  explicit FileOfVersion1(const std::filesystem::path& file) : raw{file} {
    EXPECT_EQ(raw.run(text_of("0001_assignments_and_leases.sql") + "PRAGMA user_version = 1;"), "");
    EXPECT_EQ(raw.run(fmt::format("INSERT INTO seal_probe VALUES (1, x'{}')", sealed("peerlab"))),
              "");
  }
  std::string sealed(const std::string& text) const {
    std::string hex;
    for (const char c : seal.close(Secret{text})) {
      hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
    }
    return hex;
  }
  void member_with(const std::string& name, std::uint32_t asn, Instant since) {
    EXPECT_EQ(raw.run(fmt::format("INSERT INTO assignments VALUES ('{}', x'{}', {}, {})",
                                  UserHash::of(member(name)).text(), sealed("test|" + name), asn,
                                  since.time_since_epoch().count())),
              "");
  }
  void lease(const std::string& name, const Prefix48& prefix, Instant begin, Instant end) {
    const auto holder = UserHash::of(member(name)).text();
    const auto until = end.time_since_epoch().count();
    EXPECT_EQ(
        raw.run(fmt::format("INSERT INTO leases (network, holder, begin_time, end_time) VALUES "
                            "({0}, '{1}', {2}, {3}); INSERT INTO used_prefixes VALUES ({0}, {3}, "
                            "'{1}')",
                            prefix.network(), holder, begin.time_since_epoch().count(), until)),
        "");
  }
  Seal seal = Seal::ephemeral();
  Database raw;
};

TEST(SqliteSchema, AFileOfVersion1IsMigratedWithoutLoss) {
  const TemporaryFolder folder;
  FileOfVersion1 old{folder / "l.db"};
  const Prefix48 prefix = *Prefix48::parse("3fff:100:7::/48");
  old.member_with("third", 65001, kNoon + 1s);
  old.member_with("first", 65009, kNoon);
  old.member_with("second", 65000, kNoon + 1s);
  old.lease("second", prefix, kNoon + 1s, kNoon + 1h);

  const auto opened = open_sqlite_ledger(folder / "l.db", old.seal);
  ASSERT_TRUE(opened) << opened.error().detail << opened.error().cause;
  Ledger& ledger = **opened;
  const auto seen = ledger.members_at(kNoon + 2s);
  ASSERT_TRUE(seen) << seen.error().detail << seen.error().cause;
  EXPECT_EQ(seen->size(), 3U);
  const UserHash second = UserHash::of(member("second"));
  const auto holder = ledger.member_at(second, kNoon + 2s);
  EXPECT_EQ(holder->subject, member("second"));
  EXPECT_EQ(holder->assignment, (Assignment{second, *Asn::make(65000), kNoon + 1s}));
  const Lease lease{1, prefix, second, *LeaseWindow::make(kNoon + 1s, kNoon + 1h), true};
  EXPECT_THAT(holder->leases, testing::ElementsAre(lease));

  const auto number_of = [&](const char* name) {
    return ledger.oversight().member(UserHash::of(member(name)), kNoon)->number;
  };
  EXPECT_EQ(number_of("first"), 1U);
  EXPECT_EQ(number_of("second"), 2U);
  EXPECT_EQ(number_of("third"), 3U);
  ASSERT_TRUE(ledger.assign_asn(member("new"), AsnRange::standard(), kNoon + 2s));
  EXPECT_EQ(number_of("new"), 4U);
  EXPECT_EQ(ledger.oversight().tenure_of(prefix, kNoon + 2s).value()->member, 2U);
  EXPECT_TRUE(ledger.switch_rpki(second, prefix, false, kNoon + 2s)->changed);
  EXPECT_EQ(ledger.events_of(second, std::nullopt, 10)->size(), 1U) << "history begins here";
}

TEST(SqliteSchema, AMigratedFileIsOpenedAgainAsItIs) {
  const TemporaryFolder folder;
  FileOfVersion1 old{folder / "l.db"};
  old.member_with("alice", 65001, kNoon);
  ASSERT_TRUE(open_sqlite_ledger(folder / "l.db", old.seal));
  const auto again = open_sqlite_ledger(folder / "l.db", old.seal);
  ASSERT_TRUE(again) << again.error().detail << again.error().cause;
  EXPECT_EQ((*again)->members_at(kNoon)->size(), 1U);
}

}  // namespace
}  // namespace peerlab::contract

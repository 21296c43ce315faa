// A forgotten person is in no byte of the file any more.
#include <gmock/gmock.h>

#include <map>

#include "base/file.h"
#include "tests/contract/open_ledger.h"
#include "tests/contract/sqlite_database.h"

namespace peerlab::contract {
namespace {

using namespace std::chrono_literals;

// The file and its log, while the ledger has them open.
std::string bytes_of(const TemporaryFolder& folder) {
  std::string bytes = *read_file(folder / "l.db");
  const auto log = read_file(folder / "l.db-wal");
  if (log) bytes += *log;
  return bytes;
}

std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

TEST(SqliteForgetting, LeavesNeitherHashNorSubjectNorKeysInTheFileOrItsLog) {
  constexpr int kMembers = 120;  // several pages of each table and index
  const TemporaryFolder folder;
  const auto opened = open_sqlite_ledger(folder / "l.db", Seal::ephemeral());
  ASSERT_TRUE(opened);
  Ledger& ledger = **opened;
  const AllocationRules rules = rules_with("3fff:100::/40", 2);
  const AllocationRules full = rules_with("3fff:200::/48", 3);
  ASSERT_TRUE(ledger.lease_prefix(member("its holder"), from(kNoon), full));
  std::map<std::string, std::vector<std::string>> traces;
  for (int i = 0; i < kMembers; ++i) {
    const std::string name = std::to_string(i);
    const UserHash hash = UserHash::of(member(name));
    const std::string key = "key-of-" + name + "-ends";
    const auto grant = ledger.lease_prefix(member(name), from(kNoon), rules, RequestKey{key, "d"});
    ASSERT_TRUE(grant);
    ASSERT_TRUE(ledger.lease_prefix(member(name), from(kNoon), rules));
    ASSERT_TRUE(ledger.renew(hash, grant->lease.prefix, kNoon + 2h, kNoon + 1s));
    ASSERT_FALSE(ledger.lease_prefix(member(name), from(kNoon), full)) << "it waits";
    if (i % 3 == 0) {
      ASSERT_TRUE(ledger.revoke(hash, grant->lease.prefix, kNoon + 2s));
    }
    Database raw{folder / "l.db"};
    const std::string box =
        raw.run("SELECT hex(sealed_subject) FROM assignments WHERE holder = '" + hash.text() + "'");
    traces[name] = {hash.text(), key, from_hex(box)};
    ASSERT_GT(traces[name][2].size(), 24U);
  }
  const std::string before = bytes_of(folder);
  for (const auto& [name, left] : traces) {
    for (const std::string& trace : left) ASSERT_THAT(before, testing::HasSubstr(trace)) << name;
  }
  for (int i = 0; i < kMembers; i += 2) {
    const std::string name = std::to_string(i);
    const auto forgotten =
        ledger.oversight().forget(UserHash::of(member(name)), "olga", kNoon + 3s);
    ASSERT_TRUE(forgotten) << forgotten.error().detail << forgotten.error().cause;
    const std::string after = bytes_of(folder);
    for (const std::string& trace : traces[name]) {
      EXPECT_EQ(after.find(trace), std::string::npos) << name;
    }
  }
  EXPECT_EQ(ledger.members_at(kNoon)->size(), std::size_t{kMembers / 2 + 1});
  Database raw{folder / "l.db"};
  EXPECT_EQ(raw.run("PRAGMA integrity_check; PRAGMA foreign_key_check"), "ok\n");
}

// Releases before this one left deleted rows where they were.
TEST(SqliteForgetting, SweepsWhatAnOlderProgramLeftBehind) {
  const TemporaryFolder folder;
  const auto opened = open_sqlite_ledger(folder / "l.db", Seal::ephemeral());
  ASSERT_TRUE((*opened)->assign_asn(member("alice"), AsnRange::standard(), kNoon));
  const UserHash alice = UserHash::of(member("alice"));
  Database older{folder / "l.db"};
  EXPECT_EQ(older.run("PRAGMA secure_delete = OFF"), "0\n");
  EXPECT_EQ(
      older.run("INSERT INTO used_prefixes (network, free_from, last_holder) VALUES (1, 1, '" +
                alice.text() + "'); DELETE FROM used_prefixes"),
      "");
  ASSERT_TRUE((*opened)->oversight().forget(alice, "olga", kNoon));
  EXPECT_EQ(bytes_of(folder).find(alice.text()), std::string::npos);
}

TEST(SqliteForgetting, KeysOfRequestsGoWhenTheyAreTooOldToAnswer) {
  const TemporaryFolder folder;
  const auto opened = open_sqlite_ledger(folder / "l.db", Seal::ephemeral());
  const AllocationRules rules = rules_with("3fff:100::/40");
  const auto ask = [&](const std::string& who, Instant now) {
    EXPECT_TRUE((*opened)->lease_prefix(member(who), from(now), rules, RequestKey{"k", "d"}));
  };
  for (int i = 0; i < 4; ++i) ask(std::to_string(i), kNoon);
  ask("later", kNoon + 1s);
  ask("next day", kNoon + Ledger::kKeyKept);
  Database raw{folder / "l.db"};
  EXPECT_EQ(raw.run("SELECT count(*) FROM lease_requests"), "2\n");
}

}  // namespace
}  // namespace peerlab::contract

// What only a ledger in a file can get wrong.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <set>

#include "base/file.h"
#include "tests/contract/open_ledger.h"
#include "tests/contract/sqlite_database.h"
#include "tests/support/small_disk.h"

namespace peerlab::contract {
namespace {

using namespace std::chrono_literals;

TEST(SqliteLedger, ForgetsNothingWhenItIsOpenedAgain) {
  const TemporaryFolder folder;
  const Seal seal = Seal::ephemeral();
  const auto rules = rules_with("3fff:100::/40");
  std::optional<LeaseGrant> before;
  {
    const auto ledger = open_sqlite_ledger(folder / "l.db", seal);
    before = *(*ledger)->lease_prefix(member("alice"), from(kNoon), rules);
  }
  const auto ledger = open_sqlite_ledger(folder / "l.db", seal);
  const auto after = (*ledger)->member_at(UserHash::of(member("alice")), kNoon);
  EXPECT_EQ(after->assignment, before->assignment);
  EXPECT_THAT(after->leases, testing::ElementsAre(before->lease));
  EXPECT_EQ(after->subject, member("alice"));
}

// Opening one reads the whole schema again; with no descriptor left it would even fail.
TEST(SqliteLedger, KeepsAReadersConnectionAlsoWhenItFoundNobody) {
  const TemporaryFolder folder;
  const auto ledger = open_sqlite_ledger(folder / "l.db", Seal::ephemeral());
  const auto nobody = (*ledger)->member_at(UserHash::of(member("nobody")), kNoon);
  EXPECT_EQ(nobody.error().kind, ErrorKind::NotFound);
  const int next = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ::close(next);
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit none_left{static_cast<rlim_t>(next), before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &none_left);
  const auto version = (*ledger)->version();
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_TRUE(version) << version.error().cause;
}

TEST(SqliteLedger, NamesNobodyInItsFile) {
  const TemporaryFolder folder;
  {
    const auto ledger = open_sqlite_ledger(folder / "l.db", Seal::ephemeral());
    ASSERT_TRUE((*ledger)->assign_asn(member("alice-in-clear"), AsnRange::standard(), kNoon));
  }
  EXPECT_THAT(*read_file(folder / "l.db"), testing::Not(testing::HasSubstr("alice-in-clear")));
}

TEST(SqliteLedger, RefusesAnotherSealKeyAtOnce) {
  const TemporaryFolder folder;
  ASSERT_TRUE(open_sqlite_ledger(folder / "l.db", Seal::ephemeral()));
  const auto other = open_sqlite_ledger(folder / "l.db", Seal::ephemeral());
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error().detail, testing::HasSubstr("seal.key"));
}

TEST(SqliteLedger, RefusesAFileOfANewerVersion) {
  const TemporaryFolder folder;
  const Seal seal = Seal::ephemeral();
  ASSERT_TRUE(open_sqlite_ledger(folder / "l.db", seal));
  Database{folder / "l.db"}.run("PRAGMA user_version = 99");
  EXPECT_EQ(open_sqlite_ledger(folder / "l.db", seal).error().kind, ErrorKind::Conflict);
}

TEST(SqliteLedger, RefusesAFileThatIsNoDatabase) {
  const TemporaryFolder folder;
  std::ofstream{folder / "l.db"} << std::string(8192, 'x');
  EXPECT_FALSE(open_sqlite_ledger(folder / "l.db", Seal::ephemeral()));
}

TEST(SqliteLedger, TheDatabaseItselfRefusesDoubles) {
  const TemporaryFolder folder;
  const auto ledger = open_sqlite_ledger(folder / "l.db", Seal::ephemeral());
  ASSERT_TRUE((*ledger)->lease_prefix(member("alice"), from(kNoon), rules_with("3fff:100::/40")));
  ASSERT_TRUE((*ledger)->assign_asn(member("bob"), AsnRange::standard(), kNoon));
  Database raw{folder / "l.db"};
  EXPECT_THAT(
      raw.run("INSERT INTO assignments (holder, sealed_subject, asn, since, number) SELECT "
              "replace(holder, substr(holder, 1, 4), 'ffff'), sealed_subject, asn, since, 99 FROM "
              "assignments LIMIT 1"),
      testing::HasSubstr("UNIQUE constraint failed: assignments.asn"));
  EXPECT_THAT(raw.run("UPDATE assignments SET number = 1"),
              testing::HasSubstr("UNIQUE constraint failed: assignments.number"));
  EXPECT_THAT(
      raw.run("INSERT INTO leases (network, holder, begin_time, end_time) SELECT network, "
              "(SELECT max(holder) FROM assignments), begin_time + 10, end_time + 10 FROM leases"),
      testing::HasSubstr("already leased"));
  EXPECT_EQ(raw.run("INSERT INTO leases (network, holder, begin_time, end_time) SELECT network, "
                    "holder, end_time, end_time + 10 FROM leases"),
            "")
      << "the next window may begin where this one ends";
  EXPECT_THAT(raw.run("UPDATE leases SET end_time = end_time + 5 WHERE id = 1"),
              testing::HasSubstr("already leased"));
}

// A child leases and says each grant; it is killed in the middle.  Whatever it said must be there.
TEST(SqliteLedger, KeepsEveryAcknowledgedLeaseWhenKilledInTheMiddle) {
  const TemporaryFolder folder;
  const Seal seal = Seal::ephemeral();
  const auto rules = rules_with("3fff:100::/36");
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ASSERT_TRUE(open_sqlite_ledger(folder / "l.db", seal));
  const pid_t child = ::fork();
  if (child == 0) {
    const auto ledger = open_sqlite_ledger(folder / "l.db", seal);
    for (int i = 0; i < 4000; ++i) {
      const auto grant = (*ledger)->lease_prefix(member(std::to_string(i)), from(kNoon), rules);
      const std::uint64_t network = grant->lease.prefix.network();
      if (::write(ends[1], &network, sizeof network) != sizeof network) break;
    }
    ::_exit(0);
  }
  ::close(ends[1]);
  std::set<std::uint64_t> acknowledged;
  std::uint64_t network = 0;
  while (acknowledged.size() < 100 && ::read(ends[0], &network, sizeof network) == sizeof network) {
    acknowledged.insert(network);
  }
  ::kill(child, SIGKILL);
  while (::read(ends[0], &network, sizeof network) == sizeof network) acknowledged.insert(network);
  ::waitpid(child, nullptr, 0);
  ::close(ends[0]);
  const auto ledger = open_sqlite_ledger(folder / "l.db", seal);
  std::set<std::uint64_t> stored;
  const auto members = (*ledger)->members_at(kNoon);
  for (const HoldingMember& one : *members) stored.insert(one.leases.at(0).prefix.network());
  EXPECT_GE(acknowledged.size(), 100U);
  EXPECT_TRUE(
      std::includes(stored.begin(), stored.end(), acknowledged.begin(), acknowledged.end()));
}

TEST(SqliteLedger, TwoProcessesOnOneFileNeverLeaseOnePrefixTwice) {
  const TemporaryFolder folder;
  const Seal seal = Seal::ephemeral();
  const auto rules = rules_with("3fff:100::/42");
  ASSERT_TRUE(open_sqlite_ledger(folder / "l.db", seal));
  std::vector<pid_t> children;
  for (int process = 0; process < 2; ++process) {
    const pid_t child = ::fork();
    if (child == 0) {
      const auto ledger = open_sqlite_ledger(folder / "l.db", seal);
      bool ok = true;
      for (int i = 0; i < 32; ++i) {
        ok &= (*ledger)
                  ->lease_prefix(member(std::to_string(process * 32 + i)), from(kNoon), rules)
                  .has_value();
      }
      ::_exit(ok ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 1;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  const auto members = (*open_sqlite_ledger(folder / "l.db", seal))->members_at(kNoon);
  std::set<Prefix48> prefixes;
  std::set<Asn> asns;
  for (const HoldingMember& one : *members) {
    prefixes.insert(one.leases.at(0).prefix);
    asns.insert(one.assignment.asn);
  }
  EXPECT_EQ(prefixes.size(), 64U);
  EXPECT_EQ(asns.size(), 64U);
}

TEST(SqliteLedger, AFullDiskIsSaidAndPassesWithoutHalfDoneWork) {
  const TemporaryFolder folder;
  const testing_support::SmallDisk disk{folder / "disk"};
  if (!disk.mounted()) GTEST_SKIP() << "mounting a small disk needs root";
  const auto ledger = open_sqlite_ledger(folder / "disk/l.db", Seal::ephemeral());
  ASSERT_TRUE(ledger) << ledger.error().detail;
  disk.fill();
  const auto rules = rules_with("3fff:100::/36");
  int granted = 0;
  std::optional<Error> refused;
  for (int i = 0; i < 2000 && !refused; ++i) {
    const auto grant = (*ledger)->lease_prefix(member(std::to_string(i)), from(kNoon), rules);
    if (grant) ++granted;
    if (!grant) refused = grant.error();
  }
  ASSERT_TRUE(refused) << "the disk never filled";
  EXPECT_EQ(refused->kind, ErrorKind::Unavailable);
  EXPECT_TRUE(refused->retry_after);
  disk.free();
  const auto again = (*ledger)->lease_prefix(member("late"), from(kNoon), rules);
  EXPECT_TRUE(again) << again.error().cause;
  EXPECT_EQ((*ledger)->members_at(kNoon)->size(), static_cast<std::size_t>(granted) + 1);
}

}  // namespace
}  // namespace peerlab::contract

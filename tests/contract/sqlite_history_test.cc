// What the file itself promises about history: it is only appended to, and who changes it all the
// same is noticed.
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/contract/open_ledger.h"
#include "tests/contract/sqlite_database.h"

namespace peerlab::contract {
namespace {

using namespace std::chrono_literals;

// Six events, all sealed: an ASN and a lease of each of two members, a suspension, a renewal.
struct SealedLedger {
  SealedLedger() {
    const AllocationRules rules = rules_with("3fff:100::/40");
    const auto alice = ledger->lease_prefix(member("alice"), from(kNoon), rules);
    const auto bob = ledger->lease_prefix(member("bob"), from(kNoon), rules);
    const UserHash bob_hash = UserHash::of(member("bob"));
    EXPECT_TRUE(ledger->renew(bob_hash, bob->lease.prefix, kNoon + 2h, kNoon + 1s));
    EXPECT_TRUE(ledger->oversight().suspend(bob_hash, "leaks", "olga", kNoon + 2s));
    EXPECT_EQ(*ledger->oversight().seal_events(), 6U);
  }
  std::optional<std::uint64_t> first_broken() {
    const auto chain = ledger->oversight().verify_chain();
    EXPECT_TRUE(chain) << chain.error().detail << chain.error().cause;
    return chain->first_broken;
  }
  void allow_everything() {
    for (const char* table : {"events", "seals"}) {
      for (const char* promise : {"_are_appended", "_are_never_changed", "_are_never_deleted"}) {
        EXPECT_EQ(raw.run(std::string{"DROP TRIGGER "} + table + promise), "");
      }
    }
  }
  TemporaryFolder folder;
  std::unique_ptr<Ledger> ledger =
      std::move(*open_sqlite_ledger(folder / "l.db", Seal::ephemeral()));
  Database raw{folder / "l.db"};
};

TEST(SqliteHistory, TheDatabaseItselfOnlyAppends) {
  SealedLedger sealed;
  const std::string others = ", at, kind, member, actor, asn, network, begin_time, end_time, note ";
  const std::string last = "FROM events WHERE id = 6";
  for (const auto& [sql, said] : std::vector<std::pair<std::string, std::string>>{
           {"UPDATE events SET note = 'nothing' WHERE id = 6", "events are never changed"},
           {"DELETE FROM events WHERE id = 6", "events are never deleted"},
           {"DELETE FROM events", "events are never deleted"},
           {"INSERT OR REPLACE INTO events SELECT id" + others + last, "only appended"},
           {"INSERT INTO events SELECT 5" + others + last, "only appended"},
           {"UPDATE seals SET link = link WHERE position = 6", "seals are never changed"},
           {"DELETE FROM seals WHERE position = 6", "seals are never deleted"},
           {"INSERT OR REPLACE INTO seals SELECT position, event, link FROM seals "
            "WHERE position = 6",
            "only appended"}}) {
    EXPECT_THAT(sealed.raw.run(sql), testing::HasSubstr(said)) << sql;
  }
  EXPECT_EQ(sealed.first_broken(), std::nullopt);
}

struct Forgery {
  std::string name;
  std::string sql;
  std::uint64_t noticed_at;
};
void PrintTo(const Forgery& forgery, std::ostream* out) { *out << forgery.sql; }

class SqliteForgery : public testing::TestWithParam<Forgery> {};

TEST_P(SqliteForgery, IsNoticedWhereItBegins) {
  SealedLedger sealed;
  sealed.allow_everything();
  ASSERT_EQ(sealed.raw.run("PRAGMA ignore_check_constraints = ON"), "");
  ASSERT_EQ(sealed.raw.run(GetParam().sql), "");
  EXPECT_EQ(sealed.first_broken(), GetParam().noticed_at);
}

INSTANTIATE_TEST_SUITE_P(
    , SqliteForgery,
    testing::Values(
        Forgery{"Note", "UPDATE events SET note = '' WHERE id = 6", 6},
        Forgery{"Actor", "UPDATE events SET actor = 'otto' WHERE id = 6", 6},
        Forgery{"Time", "UPDATE events SET at = at + 1 WHERE id = 1", 1},
        Forgery{"Member", "UPDATE events SET member = 1 WHERE id = 4", 4},
        Forgery{"Kind", "UPDATE events SET kind = 'resumed' WHERE id = 6", 6},
        Forgery{"KindThatIsNone", "UPDATE events SET kind = 'praised' WHERE id = 6", 6},
        Forgery{"Asn", "UPDATE events SET asn = asn + 1 WHERE id = 3", 3},
        Forgery{"AsnThatIsNone", "UPDATE events SET asn = 0 WHERE id = 3", 3},
        Forgery{"Prefix", "UPDATE events SET network = network + 1 WHERE id = 2", 2},
        Forgery{"PrefixGone", "UPDATE events SET network = NULL WHERE id = 2", 2},
        Forgery{"End", "UPDATE events SET end_time = end_time + 1 WHERE id = 5", 5},
        Forgery{"EndBeforeBegin", "UPDATE events SET end_time = begin_time WHERE id = 5", 5},
        Forgery{"EndGone", "UPDATE events SET end_time = NULL WHERE id = 5", 5},
        Forgery{"EventGone", "DELETE FROM events WHERE id = 3", 3},
        Forgery{"SealGone", "DELETE FROM seals WHERE position = 3", 3},
        Forgery{"EventAndSealGone",
                "DELETE FROM events WHERE id = 3; DELETE FROM seals WHERE position = 3", 3},
        Forgery{"GoneAndTheRestMovedUp",
                "DELETE FROM seals WHERE position = 3; DELETE FROM events WHERE id = 3; "
                "UPDATE seals SET position = position - 1 WHERE position > 3",
                3},
        Forgery{"LastEventGone", "DELETE FROM events WHERE id = 6", 6},
        Forgery{"EventsSwapped",
                "UPDATE events SET id = -id WHERE id IN (2, 5); "
                "UPDATE events SET id = 7 + id WHERE id < 0",
                2},
        Forgery{"SealsSwapped",
                "UPDATE seals SET position = -position WHERE position IN (2, 5); "
                "UPDATE seals SET position = 7 + position WHERE position < 0",
                2},
        Forgery{"Link", "UPDATE seals SET link = replace(link, substr(link, 1, 1), 'x')", 1}),
    [](const auto& forgery) { return forgery.param.name; });

// Whoever wrote the head down elsewhere sees it: the rest is whole.
TEST(SqliteHistory, AChainCutShortHasAnotherHead) {
  SealedLedger sealed;
  const std::string head = sealed.ledger->oversight().verify_chain()->head;
  sealed.allow_everything();
  ASSERT_EQ(sealed.raw.run("DELETE FROM seals WHERE position = 6; DELETE FROM events WHERE id = 6"),
            "");
  const auto chain = sealed.ledger->oversight().verify_chain();
  EXPECT_EQ(chain->first_broken, std::nullopt);
  EXPECT_EQ(chain->length, 5U);
  EXPECT_NE(chain->head, head);
}

TEST(SqliteHistory, TwoProcessesThatWriteAndSealAtOnceMakeOneChain) {
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
        const Subject who = member(std::to_string(process * 32 + i));
        ok &= (*ledger)->lease_prefix(who, from(kNoon), rules).has_value();
        ok &= (*ledger)->oversight().seal_events().has_value();
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
  const auto ledger = open_sqlite_ledger(folder / "l.db", seal);
  EXPECT_EQ((*ledger)->oversight().seal_events(), 0U);
  const auto chain = (*ledger)->oversight().verify_chain();
  EXPECT_EQ(chain->length, 128U);
  EXPECT_EQ(chain->first_broken, std::nullopt);
}

}  // namespace
}  // namespace peerlab::contract

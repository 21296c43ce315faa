// What only a ledger on a server can get wrong.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <regex>
#include <set>
#include <thread>

#include "base/process.h"
#include "tests/contract/open_ledger.h"

namespace peerlab::contract {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing_support::PostgresServer;

class PostgresLedger : public testing::Test {
 protected:
  std::shared_ptr<PostgresServer> server_;
  std::string url_;
  Seal seal_ = Seal::ephemeral();

  void SetUp() override {
    const auto server = PostgresServer::shared();
    if (!server) GTEST_SKIP() << server.error().detail;
    server_ = *server;
    url_ = *server_->new_database();
  }

  std::unique_ptr<Ledger> open(std::size_t connections = 4) const {
    auto ledger = open_postgres_ledger({.url = Secret{url_}, .connections = connections}, seal_);
    EXPECT_TRUE(ledger) << ledger.error().detail;
    return std::move(*ledger);
  }
  std::string sql(const std::string& text) const { return PostgresServer::psql(url_, text); }
};

std::string schema_of(const std::string& url) {
  const auto dump = run({{"pg_dump", "-s", "-x", "-O", "-T", "schema_migrations", "-d", url}});
  const std::string text = dump->ok() ? dump->output : dump->errors;
  // Its lines with \\restrict hold a number of that one run.
  return std::regex_replace(text, std::regex{R"(\\(un)?restrict [^\n]*)"}, "");
}

TEST_F(PostgresLedger, CurrentSchemaEqualsTheSumOfTheMigrations) {
  ASSERT_TRUE(open());
  const std::string current = *server_->new_database();
  for (const char* part : {"tables", "steps", "choosing", "leases", "operators"}) {
    const auto file = fmt::format(PEERLAB_SOURCE_DIR "/schema/postgres/current/{}.sql", part);
    const auto done = run({{"psql", "-X", "-q", "-d", current, "-f", file}});
    EXPECT_EQ(done->errors, "");
  }
  EXPECT_THAT(schema_of(current), HasSubstr("leases_never_overlap"));
  EXPECT_TRUE(schema_of(url_) == schema_of(current)) << "compare them by pg_dump -s";
}

TEST_F(PostgresLedger, SeveralThatOpenAnEmptyDatabaseAtOnceMigrateItOnce) {
  std::vector<std::thread> starts;
  for (int i = 0; i < 6; ++i) starts.emplace_back([&] { EXPECT_TRUE(open()); });
  for (std::thread& start : starts) start.join();
  EXPECT_EQ(sql("SELECT max(number) FROM schema_migrations"), "3");
}

TEST_F(PostgresLedger, RefusesAnotherSealKeyANewerVersionAndAServerThatIsNotThere) {
  ASSERT_TRUE(open());
  const auto other = open_postgres_ledger({.url = Secret{url_}}, Seal::ephemeral());
  EXPECT_THAT(other.error().detail, HasSubstr("seal.key"));
  sql("INSERT INTO schema_migrations VALUES (99)");
  const auto newer = open_postgres_ledger({.url = Secret{url_}}, seal_);
  EXPECT_EQ(newer.error().kind, ErrorKind::Conflict);
  const auto absent = open_postgres_ledger({.url = Secret{"postgresql:///x?host=/nowhere"}}, seal_);
  EXPECT_EQ(absent.error().kind, ErrorKind::Unavailable);
}

// Of the schema before: it names no line and no time.
TEST_F(PostgresLedger, AGatewayOfTheVersionBeforeThatStillRunsLeasesOnWithoutALine) {
  ASSERT_TRUE(open());
  const std::string lease =
      "SELECT coalesce(refused, 'none') FROM lease_prefix('{}', '', 100, 200, '{{[5,6)}}', 65000, "
      "65999, 1, 3600, 300, NULL, NULL, 86400)";
  EXPECT_EQ(sql(fmt::format(fmt::runtime(lease), UserHash::of(member("alice")).text())), "none");
  EXPECT_EQ(sql(fmt::format(fmt::runtime(lease), UserHash::of(member("bob")).text())), "prefixes");
  EXPECT_EQ(sql("SELECT count(*) FROM waiting"), "0");
}

TEST_F(PostgresLedger, TheDatabaseItselfRefusesDoubles) {
  const auto ledger = open();
  ASSERT_TRUE(ledger->lease_prefix(member("alice"), from(kNoon), rules_with("3fff:100::/40")));
  ASSERT_TRUE(ledger->assign_asn(member("bob"), AsnRange::standard(), kNoon));
  EXPECT_THAT(sql("INSERT INTO assignments SELECT overlay(holder placing 'ffff' from 1), "
                  "sealed_subject, asn, since FROM assignments LIMIT 1"),
              HasSubstr("assignments_asn_key"));
  const std::string shifted =
      "INSERT INTO leases (network, holder, begin_time, end_time) SELECT network, "
      "(SELECT max(holder) FROM assignments), ";
  EXPECT_THAT(sql(shifted + "begin_time + 10, end_time + 10 FROM leases"),
              HasSubstr("leases_never_overlap"));
  EXPECT_EQ(sql(shifted + "end_time, end_time + 10 FROM leases"), "INSERT 0 1")
      << "the next window may begin where this one ends";
  EXPECT_THAT(sql("UPDATE leases SET end_time = end_time + 5 WHERE id = 1"),
              HasSubstr("leases_never_overlap"));
}

TEST_F(PostgresLedger, TwoProgramsNeverGiveOneThingTwice) {
  const auto one = open();
  const auto two = open();
  const auto rules = rules_with("3fff:100::/42");
  std::vector<std::thread> members;
  for (int i = 0; i < 64; ++i) {
    members.emplace_back([&, i] {
      Ledger& ledger = i % 2 == 0 ? *one : *two;
      const auto grant = ledger.lease_prefix(member(std::to_string(i)), from(kNoon), rules);
      EXPECT_TRUE(grant) << grant.error().detail << grant.error().cause;
    });
  }
  for (std::thread& thread : members) thread.join();
  std::set<Prefix48> prefixes;
  std::set<Asn> asns;
  const auto all = one->members_at(kNoon);
  for (const HoldingMember& held : *all) {
    prefixes.insert(held.leases.at(0).prefix);
    asns.insert(held.assignment.asn);
  }
  EXPECT_EQ(prefixes.size(), 64U);
  EXPECT_EQ(asns.size(), 64U);
}

TEST_F(PostgresLedger, AServerThatIsGoneIsUnavailableAndOneThatCameBackIsUsed) {
  server_ = *PostgresServer::start();  // not the one that others use
  url_ = *server_->new_database();
  const auto ledger = open();
  const auto rules = rules_with("3fff:100::/40", 8);
  const auto before = ledger->lease_prefix(member("alice"), from(kNoon), rules);
  ASSERT_TRUE(before);
  server_->stop();
  const auto gone = ledger->lease_prefix(member("alice"), from(kNoon), rules);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().kind, ErrorKind::Unavailable) << gone.error().cause;
  EXPECT_TRUE(gone.error().retry_after);
  EXPECT_EQ(ledger->version().error().kind, ErrorKind::Unavailable);
  ASSERT_TRUE(server_->run());
  EXPECT_TRUE(ledger->lease_prefix(member("alice"), from(kNoon), rules)) << "at once";
  EXPECT_EQ(ledger->holdings_of(UserHash::of(member("alice")), kNoon)->leases.size(), 2U);
}

// The session is ended while its verb waits for a row: nobody confirmed, and nothing is asked
// twice.
TEST_F(PostgresLedger, AVerbThatWasCutOffSaysThatItsOutcomeIsUnknown) {
  const auto ledger = open();
  const auto rules = rules_with("3fff:100::/40");
  ASSERT_TRUE(ledger->assign_asn(member("alice"), AsnRange::standard(), kNoon));
  std::thread blocker{[&] { sql("BEGIN; LOCK TABLE leases; SELECT pg_sleep(1.5); COMMIT"); }};
  std::thread cutter{[&] {
    const std::string cut =
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
        "WHERE query LIKE '%lease_prefix(%' AND wait_event_type = 'Lock' AND datname = "
        "current_database()";
    for (int i = 0; i < 200 && sql(cut) != "1"; ++i) std::this_thread::sleep_for(5ms);
  }};
  while (sql("SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted AND "
             "relation = 'leases'::regclass") != "1") {
  }
  const auto cut = ledger->lease_prefix(member("alice"), from(kNoon), rules);
  cutter.join();
  blocker.join();
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().kind, ErrorKind::OutcomeUnknown) << cut.error().cause;
  EXPECT_TRUE(ledger->lease_prefix(member("alice"), from(kNoon), rules));
}

TEST_F(PostgresLedger, AVerbThatWaitsForSomebodyElsesLockWaitsSecondsAndHasDoneNothing) {
  const auto ledger = open();
  std::thread blocker{[&] { sql("BEGIN; LOCK TABLE leases; SELECT pg_sleep(4); COMMIT"); }};
  while (sql("SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted AND "
             "relation = 'leases'::regclass") != "1") {
  }
  const auto late = ledger->lease_prefix(member("alice"), from(kNoon), rules_with("3fff:100::/40"));
  blocker.join();
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, ErrorKind::Unavailable) << late.error().cause;
  EXPECT_EQ(ledger->members_at(kNoon)->size(), 0U);
}

}  // namespace
}  // namespace peerlab::contract

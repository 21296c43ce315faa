// Reads in batches on one connection: each caller is told what it asked, whatever befalls others.
#include <gmock/gmock.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "ledger/postgres/reader.h"
#include "tests/support/own_postgres.h"

namespace peerlab::postgres {
namespace {

using namespace std::chrono_literals;
using testing_support::PostgresServer;

constexpr std::string_view kSame = "SELECT $1::bigint";
constexpr std::string_view kHundredBy = "SELECT 100 / $1::bigint";
constexpr std::string_view kSlow = "SELECT 7::bigint FROM pg_sleep($1::bigint)";

// What was told, by the question's number.
class Told {
 public:
  Reader::Tell as(int number) {
    return [this, number](Result<Rows> rows) {
      const std::lock_guard lock{mutex_};
      EXPECT_FALSE(told_.contains(number)) << "twice";
      told_.emplace(number, rows.map([](const Rows& one) { return one.integer(0, 0); }));
      changed_.notify_all();
    };
  }
  [[nodiscard]] bool await(std::size_t count) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, 20s, [&] { return told_.size() >= count; });
  }
  [[nodiscard]] std::map<int, Result<std::int64_t>> all() {
    const std::lock_guard lock{mutex_};
    return told_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<int, Result<std::int64_t>> told_;
};

Values of(std::int64_t value) { return std::move(Values{}.add(value)); }

class PostgresReader : public testing_support::WithOwnPostgres<> {
 protected:
  [[nodiscard]] std::int64_t connections() const {
    return std::stoll(PostgresServer::psql(
        url_, "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'peerlab-gateway'"));
  }
  // What one more question is told.
  static Result<std::int64_t> ask(Reader& reader, std::int64_t value) {
    Told told;
    reader.ask(kSame, of(value), told.as(0));
    EXPECT_TRUE(told.await(1));
    return told.all().at(0);
  }

  Limits limits_;
  Told told_;
};

TEST_F(PostgresReader, TellsEachOfManyCallersItsOwnByOneConnection) {
  Reader reader{Secret{url_}, limits_, 3};
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 8; ++caller) {
    callers.emplace_back([&, caller] {
      for (int i = caller * 500; i < (caller + 1) * 500; ++i) {
        reader.ask(kSame, of(i), told_.as(i));
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  ASSERT_TRUE(told_.await(4000));
  for (const auto& [number, answer] : told_.all()) EXPECT_EQ(answer, number);
  EXPECT_LE(connections(), 3);
}

TEST_F(PostgresReader, OneThatFailsSpoilsNoOther) {
  Reader reader{Secret{url_}, limits_, 3};
  for (int i = 0; i < 200; ++i) reader.ask(kHundredBy, of(i % 5), told_.as(i));
  ASSERT_TRUE(told_.await(200));
  for (const auto& [number, answer] : told_.all()) {
    if (number % 5 == 0) {
      ASSERT_FALSE(answer);
      EXPECT_EQ(answer.error().kind, ErrorKind::Internal);
      EXPECT_THAT(answer.error().cause, testing::HasSubstr("division by zero"));
    } else {
      EXPECT_EQ(answer, 100 / (number % 5));
    }
  }
}

TEST_F(PostgresReader, AsksPastAServerThatIsSlowWithOthers) {
  Reader reader{Secret{url_}, limits_, 3};
  for (int slow = 0; slow < 2; ++slow) {
    reader.ask(kSlow, of(2), told_.as(slow));
    std::this_thread::sleep_for(50ms);
  }
  for (int quick = 2; quick < 20; ++quick) reader.ask(kSame, of(quick), told_.as(quick));
  ASSERT_TRUE(told_.await(18));
  EXPECT_FALSE(told_.all().contains(0)) << "the slow ones are still under way";
  ASSERT_TRUE(told_.await(20));
  EXPECT_EQ(told_.all().at(1), 7);
}

TEST_F(PostgresReader, SaysUnavailableWhereEveryConnectionIsHeldForTooLong) {
  limits_.lock = 300ms;
  limits_.answer = 1500ms;
  Reader reader{Secret{url_}, limits_, 2};
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 6; ++i) {
    reader.ask(kSlow, of(60), told_.as(i));
    std::this_thread::sleep_for(30ms);
  }
  ASSERT_TRUE(told_.await(6));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
  for (const auto& [number, answer] : told_.all()) {
    ASSERT_FALSE(answer) << number;
    EXPECT_EQ(answer.error().kind, ErrorKind::Unavailable);
    EXPECT_TRUE(answer.error().retry_after);
  }
}

TEST_F(PostgresReader, FindsTheServerAgainThatWasAway) {
  Reader reader{Secret{url_}, limits_, 3};
  EXPECT_EQ(ask(reader, 1), 1);
  for (const auto how : {PostgresServer::Shutdown::Fast, PostgresServer::Shutdown::Immediate}) {
    server_->stop(how);
    const Result<std::int64_t> away = ask(reader, 2);
    ASSERT_FALSE(away);
    EXPECT_EQ(away.error().kind, ErrorKind::Unavailable);
    ASSERT_TRUE(server_->run());
    EXPECT_EQ(ask(reader, 3), 3);
    server_->stop(how);
    ASSERT_TRUE(server_->run());
    EXPECT_EQ(ask(reader, 4), 4) << "by a connection that was not known to be lost";
  }
}

TEST_F(PostgresReader, AsksAgainWhatWasUnderWayWhenTheConnectionWasCut) {
  Reader reader{Secret{url_}, limits_, 1};
  reader.ask(kSlow, of(1), told_.as(0));
  for (int i = 1; i < 10; ++i) reader.ask(kSame, of(7), told_.as(i));
  const std::string cut =
      "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' "
      "AND application_name = 'peerlab-gateway'";
  for (int tries = 0; tries < 200 && PostgresServer::psql(url_, cut) != "1"; ++tries) {
    std::this_thread::sleep_for(10ms);
  }
  ASSERT_TRUE(told_.await(10));
  for (const auto& [number, answer] : told_.all()) EXPECT_EQ(answer, 7) << number;
}

// As a newer gateway does, whose migrations come while this one still runs.
TEST_F(PostgresReader, GoesOnAfterTheSchemaWasChanged) {
  EXPECT_EQ(PostgresServer::psql(url_, "CREATE TABLE changing AS SELECT 1::bigint AS number"),
            "SELECT 1");
  constexpr std::string_view kNumber = "SELECT number FROM changing WHERE $1::bigint = 1";
  Reader reader{Secret{url_}, limits_, 1};
  reader.ask(kNumber, of(1), told_.as(0));
  ASSERT_TRUE(told_.await(1));
  EXPECT_EQ(told_.all().at(0), 1);
  // Sent as microseconds since the beginning of 2000.
  EXPECT_EQ(PostgresServer::psql(url_,
                                 "ALTER TABLE changing ALTER COLUMN number TYPE timestamp "
                                 "USING '2000-01-01 00:00:00.000007'::timestamp"),
            "ALTER TABLE");
  reader.ask(kNumber, of(1), told_.as(1));
  ASSERT_TRUE(told_.await(2));
  EXPECT_FALSE(told_.all().at(1)) << "the plan that was prepared is none any longer";
  reader.ask(kNumber, of(1), told_.as(2));
  ASSERT_TRUE(told_.await(3));
  EXPECT_EQ(told_.all().at(2), 7);
}

TEST_F(PostgresReader, LetsWhoIsToldAskOn) {
  Reader reader{Secret{url_}, limits_, 1};
  std::function<void(int)> ask_on = [&](int number) {
    reader.ask(kSame, of(number), [&, number](const Result<Rows>& rows) {
      EXPECT_TRUE(rows);
      if (number < 100) ask_on(number + 1);
      told_.as(number)(fail(ErrorKind::NotFound, ""));
    });
  };
  ask_on(0);
  EXPECT_TRUE(told_.await(101));
}

TEST_F(PostgresReader, OwesNobodyAnAnswerWhenItEnds) {
  {
    Reader reader{Secret{url_}, limits_, 2};
    for (int i = 0; i < 100; ++i) reader.ask(kSlow, of(i % 2 * 60), told_.as(i));
  }
  EXPECT_EQ(told_.all().size(), 100U);
}

}  // namespace
}  // namespace peerlab::postgres

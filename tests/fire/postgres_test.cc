// A gateway whose PostgreSQL is restarted, cut off, slow, silent, read-only or full.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <future>
#include <iostream>
#include <thread>

#include "tests/fire/gateway_under_fire.h"
#include "tests/fire/postgres_proxy.h"
#include "tests/support/own_postgres.h"
#include "tests/support/raw_connection.h"
#include "tests/support/small_disk.h"

namespace peerlab::fire {
namespace {

using namespace std::chrono_literals;
using http::Method;
using testing::HasSubstr;
using testing_support::Answers;
using testing_support::PostgresServer;
using testing_support::text_in;

class PostgresUnderFire : public testing_support::WithOwnPostgres<GatewayUnderFire> {
 protected:
  std::string sql(const std::string& text) const { return PostgresServer::psql(url_, text); }

  void start_behind_proxy(std::vector<std::string> flags = {}) {
    proxy_ = std::make_unique<PostgresProxy>(server_->folder(), folder_ / "proxy");
    start_on(proxy_->url(url_), std::move(flags));
  }
  std::string leases() const { return sql("SELECT count(*) FROM leases"); }

  // Of a gateway that has metrics.
  void wait_for_a_waiting_router() const {
    const auto end = std::chrono::steady_clock::now() + kBound;
    while (scrape().body.find("peerlab_gateway_routers_waiting 1\n") == std::string::npos) {
      ASSERT_LT(std::chrono::steady_clock::now(), end) << "it does not wait";
      std::this_thread::sleep_for(5ms);
    }
  }

  std::unique_ptr<PostgresProxy> proxy_;
};

class Restarted : public PostgresUnderFire,
                  public testing::WithParamInterface<PostgresServer::Shutdown> {};

INSTANTIATE_TEST_SUITE_P(Postgres, Restarted,
                         testing::Values(PostgresServer::Shutdown::Fast,
                                         PostgresServer::Shutdown::Immediate),
                         [](const auto& how) {
                           return how.param == PostgresServer::Shutdown::Fast ? "Fast"
                                                                              : "Immediate";
                         });

TEST_P(Restarted, UnderACrowdLosesNothingAndIsUsedAgainAtOnce) {
  start_on(url_);
  Crowd crowd{members(16), histories(), [&](std::string_view path) { return gateway_->url(path); }};
  const auto wait_for_more = [&] {
    const int before = crowd.answered();
    const auto end = std::chrono::steady_clock::now() + kBound;
    while (crowd.answered() < before + 200 && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(10ms);
    }
    EXPECT_GE(crowd.answered(), before + 200) << "the gateway does not recover by itself";
  };
  for (int i = 0; i < 3; ++i) {
    wait_for_more();
    server_->stop(GetParam());
    std::this_thread::sleep_for(300ms);
    ASSERT_TRUE(server_->run());
  }
  wait_for_more();
  crowd.stop();
  EXPECT_LT(crowd.slowest(), kBound);
  std::cout << "slowest answer: " << crowd.slowest().count() << " ms\n";
  expect_kept_promises(url_);
}

TEST_F(PostgresUnderFire, ACutBeforeTheServerSawTheQuestionLeasesNothing) {
  start_behind_proxy();
  EXPECT_THAT(*ask(Verb::Lease, "first"), Answers(200));
  proxy_->cut("lease_prefix(", Lost::Request);
  EXPECT_THAT(*ask(Verb::Lease, "alice"), IsAClear503());
  EXPECT_EQ(proxy_->cuts(), 1);
  EXPECT_EQ(leases(), "1");
  EXPECT_THAT(*ask(Verb::Lease, "alice"), Answers(200));
  expect_kept_promises(url_);
}

TEST_F(PostgresUnderFire, ACutAfterTheCommitIsSaidToBeOfUnknownOutcome) {
  start_behind_proxy();
  EXPECT_THAT(*ask(Verb::Lease, "first"), Answers(200));
  proxy_->cut("lease_prefix(", Lost::Answer);
  const auto cut = *ask(Verb::Lease, "alice");
  EXPECT_THAT(cut, IsAClear503());
  EXPECT_THAT(cut.body, HasSubstr("did not confirm"));
  EXPECT_EQ(leases(), "2");
  EXPECT_THAT(*ask(Verb::Lease, "alice"), Answers(403)) << "it holds what it was not told of";
  proxy_->cut("FROM assignments", Lost::Answer);
  EXPECT_THAT(*ask(Verb::Read, "alice"), Answers(200)) << "what only reads is asked again";
  EXPECT_EQ(proxy_->cuts(), 2);
  expect_kept_promises(url_);
}

// Nobody knows whether it was done, and with a key nobody has to: who asks again gets that lease.
TEST_F(PostgresUnderFire, ACutAfterTheCommitOfAKeyedRequestIsTheSameLease) {
  start_behind_proxy();
  EXPECT_THAT(*ask(Verb::Lease, "first"), Answers(200));
  http::ClientRequest keyed{.method = Method::Post, .url = gateway_->url("/api/user/prefix")};
  keyed.headers.add("Authorization", "Bearer " + token("alice"));
  keyed.headers.add("Content-Type", "application/json");
  keyed.headers.add("Idempotency-Key", "\"one-lease-please\"");
  keyed.body = R"({"duration_hours":1})";
  proxy_->cut("lease_prefix(", Lost::Answer);
  const auto cut = *client_.send(keyed);
  EXPECT_EQ(proxy_->cuts(), 1);
  EXPECT_EQ(leases(), "2");
  const auto again = *client_.send(keyed);
  EXPECT_THAT(again, Answers(200));
  EXPECT_EQ(leases(), "2");
  EXPECT_THAT(cut, Answers(200)) << "the gateway itself asked again";
  EXPECT_EQ(text_in(cut, "prefix"), text_in(again, "prefix"));
  EXPECT_EQ(text_in(cut, "end_time"), text_in(again, "end_time"));
}

// The server itself does not get through its COMMIT: it waits for a standby that does not exist.
TEST_F(PostgresUnderFire, ACommitThatNobodyConfirmsIsAnsweredAllTheSame) {
  start_on(url_);
  EXPECT_THAT(*ask(Verb::Lease, "first"), Answers(200));
  sql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
  sql("SELECT pg_reload_conf()");
  while (sql("SHOW synchronous_standby_names") != "nobody") {
  }
  const auto unconfirmed = *ask(Verb::Lease, "alice");
  EXPECT_THAT(unconfirmed, IsAClear503());
  EXPECT_THAT(unconfirmed.body, HasSubstr("did not confirm"));
  sql("ALTER SYSTEM RESET synchronous_standby_names");
  sql("SELECT pg_reload_conf()");
  expect_recovery("bob");
  expect_kept_promises(url_);
}

TEST_F(PostgresUnderFire, SlownessOf100MillisecondsAQuestionIsWaitedFor) {
  start_behind_proxy();
  proxy_->delay(100ms);
  {
    Crowd crowd{members(32), histories(),
                [&](std::string_view path) { return gateway_->url(path); }};
    const auto end = std::chrono::steady_clock::now() + kBound;
    while (crowd.answered() < 200 && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(10ms);
    }
    crowd.stop();
    EXPECT_GE(crowd.answered(), 200);
    EXPECT_LT(crowd.slowest(), kBound);
    std::cout << "slowest answer: " << crowd.slowest().count() << " ms\n";
  }
  expect_kept_promises(url_);
}

TEST_F(PostgresUnderFire, SilenceIsEndedByUsAndNothingIsDoneTwice) {
  start_behind_proxy();
  EXPECT_THAT(*ask(Verb::Lease, "first"), Answers(200));
  proxy_->silence(true);
  auto lease = std::async(std::launch::async, [&] { return *ask(Verb::Lease, "alice"); });
  auto read = std::async(std::launch::async, [&] { return *ask(Verb::Read, "first"); });
  auto ready =
      std::async(std::launch::async, [&] { return send(Method::Get, "/health/ready", ""); });
  EXPECT_THAT(send(Method::Get, "/health/live", ""), Answers(200));
  EXPECT_THAT(ready.get(), IsAClear503());
  EXPECT_THAT(read.get(), IsAClear503());
  EXPECT_THAT(lease.get(), IsAClear503());
  proxy_->silence(false);
  expect_recovery("bob");
  expect_kept_promises(url_);
}

// A router waits, and a member's request is whole only after the signal.
TEST_F(PostgresUnderFire, SilenceDelaysNoStopAndEverybodyIsAnswered) {
  start_behind_proxy({"--metrics-address", "127.0.0.1:0"});
  EXPECT_THAT(*ask(Verb::Lease, "first"), Answers(200));
  const std::string known{mappings().headers.find("ETag").value()};
  auto waiting = std::async(std::launch::async, [&] {
    http::ClientRequest request{.url = gateway_->url("/service/mappings?wait=60"), .timeout = 90s};
    request.headers.add("Authorization", "Bearer " + std::string{testing_support::kAgentKey});
    request.headers.add("If-None-Match", known);
    return http::Client{}.send(request);
  });
  wait_for_a_waiting_router();
  testing_support::RawConnection late{gateway_->port()};
  late.send("GET /api/user/info HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token("late"));
  EXPECT_THAT(info("first"), Answers(200)) << "the connection has prepared the same question";
  proxy_->silence(true);
  gateway_->terminate();
  const auto begin = std::chrono::steady_clock::now();
  while (gateway_->log().find("stopping") == std::string::npos) std::this_thread::sleep_for(5ms);
  late.send("\r\n\r\n");
  EXPECT_EQ(gateway_->wait(), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 12s) << "systemd has killed it";
  EXPECT_EQ(late.answer().status, 503);
  EXPECT_TRUE(waiting.get());
  proxy_->silence(false);
}

TEST_F(PostgresUnderFire, AServerThatOnlyReadsIsSaidToBeUnavailableAndComesBack) {
  start_on(url_);
  EXPECT_THAT(*ask(Verb::Lease, "first"), Answers(200));
  sql("ALTER SYSTEM SET default_transaction_read_only = on");
  sql("SELECT pg_reload_conf()");
  while (sql("SHOW default_transaction_read_only") != "on") {
  }
  const auto refused = *ask(Verb::Lease, "alice");
  EXPECT_THAT(refused, IsAClear503());
  EXPECT_THAT(refused.body, testing::Not(HasSubstr("did not confirm")));
  EXPECT_EQ(leases(), "1");
  sql("BEGIN READ WRITE; COMMIT");
  sql("ALTER SYSTEM RESET default_transaction_read_only");
  sql("SELECT pg_reload_conf()");
  expect_recovery("alice");
  expect_kept_promises(url_);
}

// The tablespace of the database is a small disk, full but for what a lease needs.
TEST_F(PostgresUnderFire, AFullDiskLeasesNothingHalfAndIsUsedWhenThereIsRoom) {
  struct stat owner = {};
  ASSERT_EQ(::stat(server_->folder().c_str(), &owner), 0);
  const std::string options =
      fmt::format("size=16m,mode=0700,uid={},gid={}", owner.st_uid, owner.st_gid);
  const testing_support::SmallDisk disk{server_->folder() / "disk", options};
  if (!disk.mounted()) GTEST_SKIP() << "mounting a small disk needs root";
  EXPECT_EQ(sql("CREATE TABLESPACE small LOCATION '" + (server_->folder() / "disk").string() + "'"),
            "CREATE TABLESPACE");
  url_ = *server_->new_database();
  const std::string admin = url_;
  url_.replace(url_.find("///") + 3, url_.find('?') - url_.find("///") - 3, "tiny");
  EXPECT_EQ(PostgresServer::psql(admin, "CREATE DATABASE tiny TABLESPACE small"),
            "CREATE DATABASE");
  start_on(url_, {"--asn-pool-start", "4200000000", "--asn-pool-end", "4200099999"});
  EXPECT_EQ(sql("CREATE TABLE filler (text text)"), "CREATE TABLE");
  EXPECT_EQ(sql("DO $$ BEGIN LOOP BEGIN INSERT INTO filler VALUES (repeat('x', 1900)); "
                "EXCEPTION WHEN disk_full THEN EXIT; END; END LOOP; END $$"),
            "DO");
  int granted = 0;
  std::optional<http::ClientResponse> refused;
  for (int i = 0; i < 500 && !refused; ++i) {
    const auto answer = *ask(Verb::Lease, "member" + std::to_string(i));
    if (answer.status == 200) ++granted;
    if (answer.status != 200) refused = answer;
  }
  ASSERT_TRUE(refused) << "the disk never filled";
  EXPECT_THAT(*refused, IsAClear503());
  EXPECT_EQ(leases(), std::to_string(granted));
  sql("DROP TABLE filler");
  expect_recovery("late");
  expect_kept_promises(url_);
  gateway_.reset();
  server_->stop();
}

}  // namespace
}  // namespace peerlab::fire

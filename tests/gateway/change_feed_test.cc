// Two gateways on one PostgreSQL: who waits at one hears at once of what another wrote.
#include <atomic>
#include <filesystem>
#include <future>
#include <thread>

#include "base/file.h"
#include "tests/gateway/gateway_test.h"
#include "tests/support/own_postgres.h"
#include "tests/support/raw_connection.h"

namespace peerlab::testing_support {
namespace {

using http::Method;
using testing::HasSubstr;
using namespace std::chrono_literals;

class ChangeFeed : public WithOwnPostgres<GatewayTest> {
 protected:
  // Members write at gateway_; routers wait, and pages listen, at other_.
  void SetUp() override {
    WithOwnPostgres::SetUp();
    if (IsSkipped()) return;
    const std::vector<std::string> flags{"--database-url", url_, "--database-connections", "2"};
    start(flags);
    other_ = std::move(gateway_);
    std::filesystem::create_directory(folder_ / "other");
    std::filesystem::rename(folder_ / "gateway.log", folder_ / "other/gateway.log");
    start(flags);  // with the seal.key that the first one made
    ASSERT_THAT(lease("first"), Answers(200));
  }
  [[nodiscard]] http::ClientResponse ask_other(const std::string& etag, int wait) const {
    http::ClientRequest request;
    request.url = other_->url("/service/mappings?wait=" + std::to_string(wait));
    request.timeout = 90s;
    request.headers.add("Authorization", "Bearer " + std::string{kAgentKey});
    request.headers.add("If-None-Match", etag);
    return client_.send(request).value();
  }
  [[nodiscard]] std::string etag() const {
    return std::string{ask_other("\"none\"", 0).headers.find("ETag").value()};
  }
  [[nodiscard]] std::future<http::ClientResponse> router(int wait = 60) const {
    auto waiting = std::async(std::launch::async,
                              [this, wait, known = etag()] { return ask_other(known, wait); });
    EXPECT_EQ(waiting.wait_for(300ms), std::future_status::timeout) << "it was not held";
    return waiting;
  }

  std::unique_ptr<RunningGateway> other_;
};

TEST_F(ChangeFeed, AnswersTheRouterThatWaitsAtAnotherGateway) {
  auto waiting = router();
  ASSERT_THAT(lease("alice"), Answers(200));
  ASSERT_EQ(waiting.wait_for(20s), std::future_status::ready);
  const http::ClientResponse answer = waiting.get();
  EXPECT_THAT(answer, Answers(200));
  EXPECT_EQ(object_in(answer).at("mappings").as_array().size(), 2U);
}

TEST_F(ChangeFeed, AsksNothingOfTheDatabaseWhileNothingChanges) {
  (void)PostgresServer::psql(url_, "ALTER SYSTEM SET log_statement = 'all'");
  auto waiting = router(6);
  (void)PostgresServer::psql(url_, "SELECT pg_reload_conf()");
  std::this_thread::sleep_for(1s);  // each backend reads it before its next statement
  const auto statements = [&] {
    const std::string log = read_file(server_->folder() / "log").value_or("");
    std::size_t count = 0;
    for (auto at = log.find(" LOG:  "); at != std::string::npos; at = log.find(" LOG:  ", at + 1)) {
      const std::string_view line = std::string_view{log}.substr(at, 60);
      if (line.find("execute") != std::string_view::npos) ++count;
    }
    return count;
  };
  const std::size_t before = statements();
  std::this_thread::sleep_for(3s);
  EXPECT_LE(statements() - before, 1U) << "but for the look of every ten seconds";
  EXPECT_THAT(waiting.get(), Answers(304));
  ASSERT_THAT(info("first"), Answers(200));
  EXPECT_GT(statements(), before) << "statements are not logged, and this test proves nothing";
}

TEST_F(ChangeFeed, OutlivesARestartOfPostgresqlUnderARouterThatWaits) {
  auto waiting = router();
  server_->stop();
  EXPECT_EQ(waiting.wait_for(1500ms), std::future_status::timeout) << "it is no news";
  ASSERT_TRUE(server_->run());
  for (const auto end = std::chrono::steady_clock::now() + 20s;
       lease("alice").status != 200 && std::chrono::steady_clock::now() < end;) {
    std::this_thread::sleep_for(50ms);
  }
  ASSERT_EQ(waiting.wait_for(20s), std::future_status::ready);
  EXPECT_THAT(waiting.get(), Answers(200));
}

TEST_F(ChangeFeed, DoesNotPretendToKnowWhileTheDatabaseIsGone) {
  auto waiting = router(2);
  server_->stop();
  EXPECT_THAT(waiting.get(), Answers(503));
  EXPECT_THAT(ask_other("\"none\"", 0), Answers(503));
}

TEST_F(ChangeFeed, TellsAMembersPageWhatTheMemberGotAtAnotherGateway) {
  RawConnection page{other_->port(), 20s};
  page.send("GET /api/user/stream HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + token("alice") +
            "\r\n\r\n");
  EXPECT_THAT(page.until("\r\n\r\n"), HasSubstr("Content-Type: text/event-stream\r\n"));
  EXPECT_THAT(page.until("\n\n\r\n"), HasSubstr("event: holdings\n"));
  ASSERT_THAT(lease("alice"), Answers(200));
  EXPECT_THAT(page.until("3fff:100:1::/48"), HasSubstr("event: holdings\n"));
  EXPECT_EQ(other_->stop(), 0);
  EXPECT_THAT(page.until_closed(), testing::EndsWith("0\r\n\r\n"));
}

}  // namespace
}  // namespace peerlab::testing_support

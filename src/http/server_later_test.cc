// Answers that come later: no thread waits for them, and nothing is left of whoever went.
#include <gmock/gmock.h>

#include <condition_variable>
#include <deque>
#include <list>
#include <thread>

#include "http/server.h"
#include "tests/support/raw_connection.h"
#include "tests/support/running_server.h"

namespace peerlab::http {
namespace {

using namespace std::chrono_literals;
using testing_support::RawAnswer;
using testing_support::RawConnection;
using testing_support::RunningServer;

Later::Make made(Response response) {
  return [response = std::move(response)] { return response; };
}

// `/later` is answered when the test says so, `/hastened` when the server does, `/before` before
// the server hears that it was to come later; everything else at once.
class Maker {
 public:
  Answer operator()(const Request& request) {
    if (request.path == "/before") {
      auto later = std::make_shared<Later>([] {});
      later->answer(made({200, {}, request.path}));
      return later;
    }
    if (request.path != "/later" && request.path != "/hastened") {
      return Response{200, {}, request.path};
    }
    const bool obeys = request.path == "/hastened";
    const std::lock_guard lock{mutex_};
    const std::size_t number = owed_.size();
    owed_.push_back(std::make_shared<Later>([this, number, obeys] {
      const std::unique_lock hold{mutex_};
      ++hastened_;
      changed_.notify_all();
      if (obeys) owed_[number]->answer(made({200, {}, "hastened"}));
    }));
    changed_.notify_all();
    return owed_.back();
  }
  [[nodiscard]] bool await_owed(std::size_t count) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, 10s, [&] { return owed_.size() >= count; });
  }
  [[nodiscard]] bool await_hastened(int count) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, 10s, [&] { return hastened_ >= count; });
  }
  void answer_all(const std::string& body) {
    const std::lock_guard lock{mutex_};
    for (const auto& later : owed_) later->answer(made({200, {}, body}));
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<Later>> owed_;
  int hastened_ = 0;
};

void send(const RawConnection& client, const std::string& path, std::string_view method = "GET") {
  client.send(std::string{method} + " " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
}

ServerOptions two_threads() {
  ServerOptions options;
  options.threads = options.threads_max = 2;
  options.drain_timeout = 5s;
  return options;
}

TEST(ServerLater, ManyMoreThanThreadsWaitAndKeepNobodyElseWaiting) {
  Maker maker;
  RunningServer server{two_threads(), std::ref(maker)};
  std::list<RawConnection> waiting;
  for (int i = 0; i < 60; ++i) send(waiting.emplace_back(server.port(), 20s), "/later");
  ASSERT_TRUE(maker.await_owed(60));
  RawConnection other{server.port(), 20s};
  send(other, "/now");
  EXPECT_EQ(other.answer().body, "/now");
  maker.answer_all("news");
  for (RawConnection& client : waiting) EXPECT_EQ(client.answer().body, "news");
}

TEST(ServerLater, KeepsTheOrderOfRequestsOfOneWrite) {
  Maker maker;
  RunningServer server{two_threads(), std::ref(maker)};
  RawConnection client{server.port(), 20s};
  client.send(
      "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /later HTTP/1.1\r\nHost: a\r\n\r\n"
      "GET /before HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(client.answer().body, "/1");
  ASSERT_TRUE(maker.await_owed(1));
  maker.answer_all("between");
  EXPECT_EQ(client.answer().body, "between");
  EXPECT_EQ(client.answer().body, "/before");
  EXPECT_EQ(client.answer().body, "/2");
}

TEST(ServerLater, AnswersHeadWithTheLengthAndWithoutTheBody) {
  Maker maker;
  RunningServer server{two_threads(), std::ref(maker)};
  RawConnection client{server.port(), 20s};
  send(client, "/later", "HEAD");
  ASSERT_TRUE(maker.await_owed(1));
  maker.answer_all("four");
  EXPECT_EQ(client.answer("HEAD").field("Content-Length"), "4");
  send(client, "/next");
  EXPECT_EQ(client.answer().body, "/next");
}

TEST(ServerLater, HidesAnAnswerThatCannotBeSentBehindA500) {
  std::shared_ptr<Later> later = std::make_shared<Later>([] {});
  RunningServer server{two_threads(), [&](const Request&) { return later; }};
  RawConnection client{server.port(), 20s};
  send(client, "/");
  later->answer(made({200, {{"X-A", "b\r\nSet-Cookie: c"}}, ""}));
  EXPECT_EQ(client.answer().status, 500);
}

TEST(ServerLater, IsMadeAsideWhereItTurnsOutToWait) {
  auto later = std::make_shared<Later>([] {});
  RunningServer server{two_threads(), [&](const Request&) { return later; }};
  RawConnection client{server.port(), 20s};
  send(client, "/");
  later->answer([] {
    return Patient{[] {
      std::this_thread::sleep_for(10ms);
      return Response{200, {}, "patient"};
    }};
  });
  EXPECT_EQ(client.answer().body, "patient");
}

// As a client does that sends its request and then ends its side; somebody looks who is gone twice
// a second.
TEST(ServerLater, ReachesAClientThatSaidItSendsNoMore) {
  Maker maker;
  RunningServer server{two_threads(), std::ref(maker)};
  for (std::size_t round = 1; round <= 12; ++round) {
    RawConnection client{server.port(), 20s};
    const auto sent = std::chrono::steady_clock::now();
    send(client, "/later");
    client.send_nothing_more();
    ASSERT_TRUE(maker.await_owed(round));
    std::this_thread::sleep_for(100ms);
    maker.answer_all("at last");
    const std::string body = client.answer().body;
    const bool in_time = std::chrono::steady_clock::now() < sent + 400ms;
    EXPECT_TRUE(body == "at last" || !in_time) << body;
  }
}

TEST(ServerLater, TellsTheMakerThatTheClientWentAndForgetsIt) {
  Maker maker;
  RunningServer server{two_threads(), std::ref(maker)};
  {
    RawConnection client{server.port()};
    send(client, "/later");
    ASSERT_TRUE(maker.await_owed(1));
  }
  EXPECT_TRUE(maker.await_hastened(1));
  maker.answer_all("to nobody");
  RawConnection other{server.port(), 20s};
  send(other, "/now");
  EXPECT_EQ(other.answer().body, "/now");
}

TEST(ServerLater, IsHastenedWhenTheServerStops) {
  Maker maker;
  RunningServer server{two_threads(), std::ref(maker)};
  std::list<RawConnection> waiting;
  for (int i = 0; i < 8; ++i) send(waiting.emplace_back(server.port(), 20s), "/hastened");
  ASSERT_TRUE(maker.await_owed(8));
  server.stop();
  for (RawConnection& client : waiting) {
    const RawAnswer answer = client.answer();
    EXPECT_EQ(answer.body, "hastened");
    EXPECT_EQ(answer.field("Connection"), "close");
  }
  EXPECT_TRUE(server.outcome());
}

TEST(ServerLater, MayBeAnsweredLongAfterTheServerIsGone) {
  Maker maker;
  ServerOptions options = two_threads();
  options.drain_timeout = 50ms;
  {
    RunningServer server{options, std::ref(maker)};
    RawConnection client{server.port(), 20s};
    send(client, "/later");
    ASSERT_TRUE(maker.await_owed(1));
    server.stop();
    const Result<void> outcome = server.outcome();
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().kind, ErrorKind::TimedOut);
    EXPECT_TRUE(client.is_closed());
  }
  maker.answer_all("to nobody");
}

TEST(ServerLater, IsAnsweredOnceWhileEverybodyHurries) {
  Maker maker;
  RunningServer server{two_threads(), std::ref(maker)};
  for (int round = 0; round < 50; ++round) {
    RawConnection client{server.port(), 20s};
    send(client, "/later");
    std::thread answers{[&] { maker.answer_all("once"); }};
    const bool owed = maker.await_owed(static_cast<std::size_t>(round) + 1);
    answers.join();
    ASSERT_TRUE(owed);
    maker.answer_all("once");
    EXPECT_EQ(client.answer().body, "once");
  }
}

}  // namespace
}  // namespace peerlab::http

// Requests that wait inside `respond`, and the end of a server that has some.
#include <gmock/gmock.h>

#include <condition_variable>
#include <functional>
#include <list>
#include <set>
#include <thread>

#include "http/server.h"
#include "tests/support/raw_connection.h"
#include "tests/support/running_server.h"

namespace peerlab::http {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using testing_support::RawAnswer;
using testing_support::RawConnection;
using testing_support::RunningServer;

// `GET /wait` is inside `respond` until the gate opens.
class Gate {
 public:
  Response operator()(const Request& request) {
    std::unique_lock lock{mutex_};
    if (request.path == "/wait") {
      ++inside_;
      changed_.notify_all();
      changed_.wait(lock, [&] { return open_; });
    }
    return Response{200, {}, request.path};
  }
  void await(std::size_t inside) {
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, 5s, [&] { return inside_ >= inside; });
  }
  void open() {
    const std::lock_guard lock{mutex_};
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t inside_ = 0;
  bool open_ = false;
};

void send_get(const RawConnection& client, const std::string& path) {
  client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
}

ServerOptions two_threads() {
  ServerOptions options;
  options.threads = 2;
  options.drain_timeout = 2s;
  return options;
}

// Twelve who wait at the gate, while somebody else is served.
std::list<RawConnection> twelve_wait_alone(Gate& gate, const RunningServer& server) {
  std::list<RawConnection> waiting;
  for (int i = 0; i < 12; ++i) send_get(waiting.emplace_back(server.port()), "/wait");
  gate.await(12);
  RawConnection other{server.port()};
  send_get(other, "/now");
  EXPECT_EQ(other.answer().body, "/now");
  return waiting;
}

TEST(ServerThreads, WaitingRequestsKeepNobodyElseWaiting) {
  Gate gate;
  RunningServer server{two_threads(), std::ref(gate)};
  std::list<RawConnection> waiting = twelve_wait_alone(gate, server);
  gate.open();
  for (RawConnection& client : waiting) EXPECT_EQ(client.answer().body, "/wait");
}

// What may wait is made by threads that nobody else needs.
TEST(ServerThreads, ThatAreSetAsideKeepNobodyWaitingForAMoment) {
  ServerOptions options = two_threads();
  options.set_aside = 1;
  std::mutex mutex;
  std::set<std::thread::id> at_once, aside;
  RunningServer server{options, [&](const Request& request) -> Answer {
                         const std::lock_guard lock{mutex};
                         at_once.insert(std::this_thread::get_id());
                         if (request.path != "/wait") return Response{200, {}, request.path};
                         return Patient{[&] {
                           const std::lock_guard hold{mutex};
                           aside.insert(std::this_thread::get_id());
                           return Response{};
                         }};
                       }};
  RawConnection client{server.port()};
  for (int i = 0; i < 20; ++i) {
    send_get(client, "/wait");
    EXPECT_EQ(client.answer().status, 200);
    send_get(client, "/now");
    EXPECT_EQ(client.answer().body, "/now");
  }
  const std::lock_guard lock{mutex};
  EXPECT_EQ(aside.size(), 1U);
  for (const std::thread::id patient : aside) EXPECT_FALSE(at_once.contains(patient));
}

TEST(ServerThreads, GrowWhereManyPatientAnswersAreMade) {
  ServerOptions options = two_threads();
  options.set_aside = 2;
  Gate gate;
  RunningServer server{options, [&](const Request& request) -> Answer {
                         return Patient{[&gate, request] { return gate(request); }};
                       }};
  std::list<RawConnection> waiting = twelve_wait_alone(gate, server);
  server.stop();
  gate.open();
  for (RawConnection& client : waiting) EXPECT_EQ(client.answer().body, "/wait");
  EXPECT_TRUE(server.outcome());
}

TEST(ServerThreads, HideAPatientAnswerThatThrowsBehindA500) {
  RunningServer server{two_threads(), [](const Request&) -> Answer {
                         return Patient{[]() -> Response { throw std::runtime_error{"reason"}; }};
                       }};
  RawConnection client{server.port()};
  for (int i = 0; i < 2; ++i) {
    send_get(client, "/");
    EXPECT_EQ(client.answer().status, 500);
  }
}

TEST(ServerThreads, AreNeverMoreThanTheirMost) {
  ServerOptions options = two_threads();
  options.threads_max = 3;
  Gate gate;
  std::atomic<int> inside = 0, most = 0;
  RunningServer server{options, [&](const Request& request) {
                         const int now = ++inside;
                         if (now > most) most = now;
                         Response response = gate(request);
                         --inside;
                         return response;
                       }};
  std::list<RawConnection> waiting;
  for (int i = 0; i < 6; ++i) send_get(waiting.emplace_back(server.port()), "/wait");
  gate.await(3);
  std::this_thread::sleep_for(200ms);
  EXPECT_EQ(most, 3);
  gate.open();
  for (RawConnection& client : waiting) EXPECT_EQ(client.answer().body, "/wait");
}

TEST(ServerStop, AnswersTheRequestsInFlightAndClosesTheIdleAtOnce) {
  Gate gate;
  RunningServer server{two_threads(), std::ref(gate)};
  RawConnection in_flight{server.port()}, idle{server.port()}, half{server.port()};
  send_get(idle, "/now");
  EXPECT_EQ(idle.answer().status, 200);
  half.send("PUT /half HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(half.answer().status, 100);
  send_get(in_flight, "/wait");
  gate.await(1);
  server.stop();
  EXPECT_TRUE(idle.is_closed());
  EXPECT_ANY_THROW(RawConnection{server.port()});
  half.send("ok");
  EXPECT_EQ(half.answer().body, "/half");
  gate.open();
  const RawAnswer answer = in_flight.answer();
  EXPECT_EQ(answer.body, "/wait");
  EXPECT_EQ(answer.field("Connection"), "close");
  EXPECT_TRUE(server.outcome());
}

TEST(ServerStop, IsOverInNoTimeWhereNobodyIsServed) {
  RunningServer server{{}, [](const Request&) { return Response{}; }};
  RawConnection silent{server.port()};
  const auto start = steady_clock::now();
  server.stop();
  EXPECT_TRUE(server.outcome());
  EXPECT_LT(steady_clock::now() - start, 500ms);
}

TEST(ServerStop, SaysWhenARequestWasNotAnsweredInTheDrainTime) {
  ServerOptions options = two_threads();
  options.drain_timeout = 50ms;
  Gate gate;
  RunningServer server{options, std::ref(gate)};
  RawConnection client{server.port()};
  send_get(client, "/wait");
  gate.await(1);
  server.stop();
  const Result<void> outcome = server.outcome();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, ErrorKind::TimedOut);
  EXPECT_TRUE(client.is_closed());
  gate.open();
}

TEST(ServerStop, BeforeItRunsIsAStopToo) {
  auto server = Server::listen(
      {.address = "127.0.0.1:0"}, [](const Request&) { return Response{}; },
      [](const Refusal&) { return Response{}; });
  ASSERT_TRUE(server);
  (*server)->stop();
  EXPECT_TRUE((*server)->run());
}

}  // namespace
}  // namespace peerlab::http

// Every limit of ServerOptions, met and passed by one.
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
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

Response size_of_body(const Request& request) {
  return Response{200, {}, std::to_string(request.body.size())};
}

ServerOptions small() {
  ServerOptions options;
  options.head_limit = 256;
  options.body_limit = 100;
  return options;
}

ServerOptions hasty() {
  ServerOptions options;
  options.read_timeout = 80ms;
  options.idle_timeout = 80ms;
  return options;
}

constexpr std::string_view kChunked =
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
constexpr std::string_view kEmptyHead = "GET / HTTP/1.1\r\nHost: a\r\nX: \r\n\r\n";

std::string padded_head(std::size_t size) {
  std::string head{kEmptyHead};
  return head.insert(head.size() - 4, std::string(size - head.size(), 'x'));
}

std::string padded_line(std::size_t size) {
  constexpr std::string_view kBefore = "GET /", kBehind = " HTTP/1.1\r\n";
  return std::string{kBefore}.append(size - kBefore.size() - kBehind.size(), 'x').append(kBehind);
}

TEST(ServerLimits, HaveAStatusEach) {
  const struct {
    std::string bytes;
    int status;
  } cases[] = {
      {"garbage\r\n", 400},
      {"\x16\x03\x01\x02", 400},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {padded_head(256), 200},
      {padded_head(257), 431},
      {padded_line(256), 431},  // no room for a field is left
      {padded_line(257), 414},
      {"GET /" + std::string(300, 'x'), 414},
      {"GET / HTTP/1.1\r\nX: " + std::string(300, 'x'), 431},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n" + std::string(100, 'x'), 200},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 101\r\n\r\n", 413},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551615\r\n\r\n", 413},
      {std::string{kChunked} + "64\r\n" + std::string(100, 'x') + "\r\n0\r\n\r\n", 200},
      {std::string{kChunked} + "65\r\n", 413},
      {std::string{kChunked} + "32\r\n" + std::string(50, 'x') + "\r\n33\r\n", 413},
      {std::string{kChunked} + "ffffffffffffffff\r\n", 413},
      {std::string{kChunked} + "10000000000000000\r\n", 400},
  };
  RunningServer server{small(), &size_of_body};
  for (const auto& [bytes, status] : cases) {
    RawConnection client{server.port()};
    client.send(bytes);
    client.send_nothing_more();
    const RawAnswer answer = client.answer();
    EXPECT_EQ(answer.status, status) << bytes;
    EXPECT_NE(answer.field("X-Request-Id"), "") << bytes;
    if (status == 200) continue;
    EXPECT_EQ(answer.field("Connection"), "close") << bytes;
    EXPECT_TRUE(client.is_closed()) << bytes;
  }
}

TEST(ServerLimits, TellWhoeverStillSendsItsHugeBodyWhyItIsRefused) {
  RunningServer server{small(), &size_of_body};
  RawConnection client{server.port()};
  client.send(
      "POST / HTTP/1.1\r\nHost: a\r\nX-Request-Id: mine\r\nContent-Length: 9000000\r\n\r\n");
  EXPECT_TRUE(client.send(std::string(9'000'000, 'x')));
  const RawAnswer answer = client.answer();
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(answer.field("X-Request-Id"), "mine");
}

TEST(ServerLimits, AnswerASlowHeadAndASlowBodyWith408) {
  RunningServer server{hasty(), &size_of_body};
  std::list<RawConnection> clients;
  for (const char* const begun :
       {"G",
        "GET / HTTP/1.1\r\nHost:", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n"}) {
    clients.emplace_back(server.port()).send(begun);
  }
  for (RawConnection& client : clients) {
    EXPECT_EQ(client.answer().status, 408);
    EXPECT_TRUE(client.is_closed());
  }
}

// One byte now and then must not begin the time anew.
TEST(ServerLimits, GiveARequestItsTimeAsAWhole) {
  RunningServer server{hasty(), &size_of_body};
  RawConnection client{server.port()};
  std::atomic<bool> answered = false;
  std::atomic<int> sent = 0;
  std::thread drip{[&] {
    for (; sent < 200 && !answered; ++sent) {
      client.send("G");
      std::this_thread::sleep_for(10ms);
    }
  }};
  EXPECT_EQ(client.answer().status, 408);
  answered = true;
  drip.join();
  EXPECT_LT(sent, 200);
}

TEST(ServerLimits, CloseWhoeverSaysNothingWithoutAWord) {
  RunningServer server{hasty(), &size_of_body};
  RawConnection fresh{server.port()}, kept{server.port()};
  kept.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(kept.answer().status, 200);
  kept.send("\r\n");  // no request begins with it
  EXPECT_TRUE(fresh.is_closed());
  EXPECT_TRUE(kept.is_closed());
}

TEST(ServerLimits, GiveAClientThatReadsNothingUp) {
  const std::string large(16U << 20U, 'x');
  RunningServer server{hasty(), [&](const Request&) { return Response{200, {}, large}; }};
  RawConnection client{server.port()};
  client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  std::this_thread::sleep_for(200ms);
  EXPECT_LT(client.until_closed().size(), large.size());
}

TEST(ServerLimits, DoNotCountTheTimeInsideRespond) {
  RunningServer server{hasty(), [](const Request& request) {
                         std::this_thread::sleep_for(150ms);
                         return size_of_body(request);
                       }};
  RawConnection client{server.port()};
  client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(client.answer().status, 200);
}

TEST(ServerLimits, GiveTheLongestIdleConnectionsPlaceToANewcomer) {
  ServerOptions options;
  options.connections_max = 2;
  RunningServer server{options, &size_of_body};
  const auto is_served = [](RawConnection& client) {
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    return client.answer().status == 200;
  };
  RawConnection silent{server.port()}, busy{server.port()};
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(is_served(busy));
  RawConnection newcomer{server.port()};
  EXPECT_TRUE(is_served(newcomer));
  EXPECT_TRUE(silent.is_closed());
  EXPECT_TRUE(is_served(busy));
}

TEST(ServerLimits, GiveTheLongestSendersPlaceToANewcomerWhereNobodyIsIdle) {
  ServerOptions options;
  options.connections_max = 3;
  RunningServer server{options, &size_of_body};
  std::list<RawConnection> slow;
  for (int i = 0; i < 3; ++i) {
    slow.emplace_back(server.port()).send("GET / HTTP/1.1\r\nHost: a\r\nX-");
    std::this_thread::sleep_for(20ms);
  }
  RawConnection newcomer{server.port()};
  newcomer.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(newcomer.answer().status, 200);
  EXPECT_EQ(slow.front().answer().status, 408);
}

// The descriptors a program may have, no more than it has until destruction but for `more`.
class FewDescriptors {
 public:
  explicit FewDescriptors(rlim_t more) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const int lowest_free = ::dup(STDERR_FILENO);
    ::close(lowest_free);
    const rlimit few{static_cast<rlim_t>(lowest_free) + more, before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &few);
  }
  ~FewDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  FewDescriptors(const FewDescriptors&) = delete;
  FewDescriptors& operator=(const FewDescriptors&) = delete;

 private:
  rlimit before_{};
};

TEST(ServerLimits, GiveAnIdleConnectionsDescriptorToANewcomerWhereNoneIsLeft) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizer itself needs descriptors, and this test leaves none";
#endif
  RunningServer server{{}, &size_of_body};
  RawConnection idle{server.port()};
  idle.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(idle.answer().status, 200);
  const FewDescriptors few{1};  // for the newcomer's own end
  RawConnection newcomer{server.port()};
  newcomer.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(newcomer.answer().status, 200);
  EXPECT_TRUE(idle.is_closed());
}

}  // namespace
}  // namespace peerlab::http

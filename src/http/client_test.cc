#include "http/client.h"

#include <gmock/gmock.h>

#include <thread>

#include "tests/support/loopback_server.h"
#include "tests/support/running_server.h"

namespace peerlab::http {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using testing::HasSubstr;
using testing::Not;
using testing_support::http_answer;
using testing_support::LoopbackServer;
using testing_support::RunningServer;

Result<ClientResponse> get_of(std::string bytes) {
  LoopbackServer server;
  server.answer(std::move(bytes));
  return Client{}.send({.url = server.url("/secret-path?secret=query"), .timeout = 2s});
}

std::string url(const RunningServer& server, std::string_view path) {
  return "http://127.0.0.1:" + std::to_string(server.port()).append(path);
}

TEST(Client, SendsWhatItIsGivenAndReturnsTheWholeAnswer) {
  RunningServer server{{}, [](const Request& request) {
                         return Response{
                             201,
                             {{"X-Seen", std::string{*request.header("X-Sent")}}, {"X-Empty", ""}},
                             request.method_name + request.raw_target + request.body};
                       }};
  const Client client;
  for (const Method method : {Method::Post, Method::Put, Method::Patch, Method::Delete}) {
    const auto answer = client.send({.method = method,
                                     .url = url(server, "/a%2Fb?c"),
                                     .headers = {{"X-Sent", "1"}, {"X-None", ""}},
                                     .body = "body"});
    ASSERT_TRUE(answer) << answer.error().detail;
    EXPECT_EQ(answer->status, 201);
    EXPECT_EQ(answer->headers.find("x-seen"), "1");
    EXPECT_EQ(answer->headers.find("x-empty"), "");
    EXPECT_EQ(answer->body, std::string{name_of(method)} + "/a%2Fb?cbody");
  }
}

TEST(Client, SendsAnEmptyPostAndReadsNoBodyOfAHead) {
  RunningServer server{{}, [](const Request& request) {
                         return Response{200, {}, request.method_name + request.body};
                       }};
  const Client client;
  EXPECT_EQ(client.send({.method = Method::Post, .url = url(server, "/")})->body, "POST");
  EXPECT_EQ(client.send({.method = Method::Head, .url = url(server, "/")})->body, "");
}

TEST(Client, TakesAnyStatusAsAnAnswerAndFollowsNoRedirect) {
  for (const char* const status : {"301 Moved", "302 Found", "404 Not Found", "503 Busy"}) {
    LoopbackServer server;
    server.answer(http_answer(status, "why", "Location: http://127.0.0.1:1/\r\n"));
    const auto answer = Client{}.send({.url = server.url("/")});
    ASSERT_TRUE(answer) << status;
    EXPECT_EQ(std::to_string(answer->status), std::string{status}.substr(0, 3));
    EXPECT_EQ(answer->body, "why");
    EXPECT_EQ(server.requests().size(), 1U);
  }
}

TEST(Client, ForgetsAnInterimAnswer) {
  const auto answer =
      get_of("HTTP/1.1 103 Early: Hints\r\nX-Early: 1\r\n\r\n" + http_answer("200 OK: fine", "b"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->headers.count("X-Early"), 0U);
  EXPECT_EQ(std::distance(answer->headers.begin(), answer->headers.end()), 1);  // Content-Length
}

TEST(Client, TakesABodyCutShortForNone) {
  const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const std::string& bytes :
       {std::string{}, std::string{"HTTP/1.1 200 OK\r\nContent-Le"},
        std::string{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"}, chunked + "5\r\nhel",
        chunked + "5\r\nhello\r\n", chunked + "zz\r\n", std::string{"no HTTP\r\n\r\n"}}) {
    const auto answer = get_of(bytes);
    ASSERT_FALSE(answer) << bytes;
    EXPECT_EQ(answer.error().kind, ErrorKind::Unavailable) << bytes;
  }
}

TEST(Client, GivesUpAfterItsTime) {
  LoopbackServer server;
  const auto start = steady_clock::now();
  for (const auto timeout : {60ms, 0ms, -5ms}) {
    const auto answer = Client{}.send({.url = server.url("/"), .timeout = timeout});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::TimedOut);
  }
  EXPECT_LT(steady_clock::now() - start, 2s);
}

TEST(Client, GivesUpSoonWhereTheProgramIsAboutToEnd) {
  const LoopbackServer silent;
  Client client;
  std::thread ending{[&] { client.hasten(); }};
  const auto begin = steady_clock::now();
  for (int i = 0; i < 2; ++i) {  // one that is under way, one that is sent afterwards
    const auto answer = client.send({.url = silent.url("/"), .timeout = 60s});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::TimedOut);
  }
  EXPECT_LT(steady_clock::now() - begin, 30s);
  ending.join();
}

TEST(Client, ReadsNoMoreThanItsLimit) {
  LoopbackServer server;
  server.answer(http_answer("200 OK", std::string(1000, 'x')));
  EXPECT_TRUE(Client{}.send({.url = server.url("/"), .body_limit = 1000}));
  const auto answer = Client{}.send({.url = server.url("/"), .body_limit = 999});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::Unavailable);
  EXPECT_THAT(answer.error().detail, HasSubstr("999"));
  server.answer(http_answer("200 OK", "", "X: " + std::string(90'000, 'x') + "\r\n"));
  EXPECT_FALSE(Client{}.send({.url = server.url("/")}));
}

TEST(Client, NamesTheHostAndNeverThePathOfAFailure) {
  LoopbackServer server;
  const std::string address = server.url("");
  const auto details = [&](const Result<ClientResponse>& answer) {
    EXPECT_FALSE(answer);
    return answer ? "" : answer.error().detail + answer.error().cause;
  };
  ClientRequest request{.method = Method::Post,
                        .url = "http://user:secret@" + address.substr(7) + "/secret?secret#secret",
                        .headers = {{"Authorization", "secret"}},
                        .body = "secret",
                        .timeout = 30ms};
  std::vector<std::string> seen{details(Client{}.send(request))};
  request.timeout = 2s;
  server.answer("HTTP/1.1 200 secret\r\nContent-Length: 99\r\n\r\nsecret");
  seen.push_back(details(Client{}.send(request)));
  server.stop();
  seen.push_back(details(Client{}.send(request)));
  for (const std::string& detail : seen) {
    EXPECT_THAT(detail, HasSubstr(address.substr(7)));
    EXPECT_THAT(detail, Not(HasSubstr("secret")));
  }
}

TEST(Client, RefusesWhatCannotBeSentAsItIs) {
  const auto kind = [](ClientRequest request) {
    const auto answer = Client{}.send(request);
    return answer ? std::nullopt : std::optional{answer.error().kind};
  };
  for (const char* const bad : {"", "127.0.0.1", "ftp://127.0.0.1/", "file:///etc/passwd",
                                "http://", "http://a b/", "http://127.0.0.1/\r\nX: y"}) {
    EXPECT_EQ(kind({.url = bad}), ErrorKind::Malformed) << bad;
  }
  EXPECT_EQ(kind({.url = "http://127.0.0.1:1/", .headers = {{"X", "a\r\nY: b"}}}),
            ErrorKind::Malformed);
  EXPECT_EQ(kind({.url = "http://127.0.0.1:1/", .headers = {{"X: a\r\nY", "b"}}}),
            ErrorKind::Malformed);
  EXPECT_EQ(kind({.method = Method::Other, .url = "http://127.0.0.1:1/"}), ErrorKind::Malformed);
}

TEST(Client, KeepsItsConnectionForTheNextRequest) {
  ServerOptions one_only;
  one_only.connections_max = 1;
  RunningServer server{one_only, [](const Request&) { return Response{}; }};
  const Client client;
  const auto start = steady_clock::now();
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(client.send({.url = url(server, "/")}));
  EXPECT_LT(steady_clock::now() - start, 1s);
}

TEST(Client, ServesManyThreadsAtOnce) {
  RunningServer server{{}, [](const Request& request) { return Response{200, {}, request.path}; }};
  const Client client;
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&, path = "/" + std::to_string(i)] {
      for (int k = 0; k < 5; ++k) {
        const auto answer = client.send({.url = url(server, path)});
        if (answer && answer->body == path) ++right;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 16 * 5);
}

}  // namespace
}  // namespace peerlab::http

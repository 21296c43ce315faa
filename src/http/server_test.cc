#include "http/server.h"

#include <gmock/gmock.h>

#include <stdexcept>
#include <thread>

#include "tests/support/raw_connection.h"
#include "tests/support/running_server.h"

namespace peerlab::http {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing_support::RawAnswer;
using testing_support::RawConnection;
using testing_support::RunningServer;

Response echo(const Request& request) {
  return Response{200,
                  {{"Content-Type", "text/plain"}},
                  request.method_name + " " + request.path + " " + request.body};
}

std::string get(std::string_view target, std::string_view fields = {}) {
  return std::string{"GET "}.append(target).append(" HTTP/1.1\r\nHost: a\r\n").append(fields) +
         "\r\n";
}

TEST(Server, KeepsAConnectionForTheNextRequest) {
  RunningServer server{{}, &echo};
  RawConnection client{server.port()};
  for (const char* const path : {"/1", "/2", "/3"}) {
    client.send(get(path));
    const RawAnswer answer = client.answer();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, std::string{"GET "} + path + " ");
    EXPECT_EQ(answer.field("Connection"), "");
  }
}

TEST(Server, AnswersThreeRequestsOfOneWriteInTheirOrder) {
  RunningServer server{{}, &echo};
  RawConnection client{server.port()};
  client.send(get("/1") + "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody" +
              get("/3", "Connection: close\r\n"));
  EXPECT_EQ(client.answer().body, "GET /1 ");
  EXPECT_EQ(client.answer().body, "POST /2 body");
  const RawAnswer last = client.answer();
  EXPECT_EQ(last.body, "GET /3 ");
  EXPECT_EQ(last.field("Connection"), "close");
  EXPECT_TRUE(client.is_closed());
}

TEST(Server, AnswersHeadWithTheLengthAndWithoutTheBody) {
  RunningServer server{{}, &echo};
  RawConnection client{server.port()};
  client.send("HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n" + get("/y", "Connection: close\r\n"));
  const RawAnswer head = client.answer("HEAD");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.field("Content-Length"), "8");  // "HEAD /x "
  EXPECT_EQ(client.answer().body, "GET /y ");
  EXPECT_TRUE(client.is_closed());
}

TEST(Server, KeepsAConnectionOfHttp10OnlyWhereItIsAsked) {
  RunningServer server{{}, &echo};
  RawConnection client{server.port()};
  client.send("GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(client.answer().field("Connection"), "keep-alive");
  client.send("GET /2 HTTP/1.0\r\n\r\n");
  EXPECT_EQ(client.answer().field("Connection"), "close");
  EXPECT_TRUE(client.is_closed());
}

TEST(Server, TellsAClientThatWaitsForItToSendItsBody) {
  RunningServer server{{}, &echo};
  RawConnection client{server.port()};
  client.send("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client.answer().status, 100);
  client.send("ok");
  EXPECT_EQ(client.answer().body, "PUT / ok");
}

TEST(Server, AnswersWhoeverSendsNothingMore) {
  RunningServer server{{}, &echo};
  RawConnection client{server.port()};
  client.send(get("/last"));
  client.send_nothing_more();
  EXPECT_EQ(client.answer().body, "GET /last ");
  EXPECT_TRUE(client.is_closed());
}

TEST(Server, RepeatsAGoodRequestIdAndReplacesABadOne) {
  RunningServer server{{}, [](const Request& request) {
                         return Response{200, {}, request.request_id};
                       }};
  RawConnection client{server.port()};
  const auto id_for = [&](const std::string& field) {
    client.send(get("/", field));
    const RawAnswer answer = client.answer();
    EXPECT_EQ(answer.field("X-Request-Id"), answer.body) << field;
    return answer.body;
  };
  EXPECT_EQ(id_for("X-Request-Id: Az09._-\r\n"), "Az09._-");
  EXPECT_EQ(id_for("x-request-id: " + std::string(64, 'a') + "\r\n"), std::string(64, 'a'));
  const std::string first = id_for(""), second = id_for("");
  EXPECT_NE(first, second);
  for (const std::string& bad : {std::string(65, 'a'), std::string{"a b"}, std::string{"a\"b"},
                                 std::string{"\xc3\xa4"}, std::string{}}) {
    EXPECT_THAT(id_for("X-Request-Id: " + bad + "\r\n"),
                testing::MatchesRegex("[0-9a-f]+-[0-9a-f]+"))
        << bad;
  }
}

TEST(Server, SaysWhoAskedWithoutAPort) {
  RunningServer server{{}, [](const Request& request) {
                         return Response{200, {}, request.remote_address};
                       }};
  RawConnection client{server.port()};
  client.send(get("/"));
  EXPECT_EQ(client.answer().body, "127.0.0.1");
}

TEST(Server, OnBothFamiliesSeesAnIpv4ClientAsOne) {
  const auto server = Server::listen({.address = "[::]:0"},
                                     [](const Request& request) {
                                       return Response{200, {}, request.remote_address};
                                     },
                                     {});
  if (!server) GTEST_SKIP() << "no IPv6 here: " << server.error().detail;
  std::thread running{[&] { EXPECT_TRUE((*server)->run()); }};
  RawConnection client{(*server)->port()};
  client.send(get("/"));
  EXPECT_EQ(client.answer().body, "127.0.0.1");
  (*server)->stop();
  running.join();
}

TEST(Server, HidesWhatWasThrownBehindA500AndGoesOn) {
  RunningServer server{{}, [](const Request& request) -> Response {
                         if (request.path == "/throw") throw std::runtime_error{"secret"};
                         if (request.path == "/number") throw 7;
                         if (request.path == "/split") {
                           return {200, {{"X-A", "b\r\nSet-Cookie: c"}}, ""};
                         }
                         if (request.path == "/status") return {99, {}, ""};
                         return echo(request);
                       }};
  RawConnection client{server.port()};
  for (const char* const path : {"/throw", "/number", "/split", "/status"}) {
    client.send(get(path));
    const RawAnswer answer = client.answer();
    EXPECT_EQ(answer.status, 500) << path;
    EXPECT_EQ(answer.body, "internal error") << path;
    EXPECT_THAT(answer.head, Not(HasSubstr("Set-Cookie"))) << path;
  }
  client.send(get("/fine"));
  EXPECT_EQ(client.answer().body, "GET /fine ");
}

TEST(Server, ServesSixtyFourClientsAtOnce) {
  RunningServer server{{}, &echo};
  std::atomic<int> right = 0;
  std::vector<std::thread> clients;
  for (int i = 0; i < 64; ++i) {
    clients.emplace_back([&, i] {
      RawConnection client{server.port()};
      for (int k = 0; k < 5; ++k) {
        const std::string path = "/" + std::to_string(i) + "/" + std::to_string(k);
        client.send(get(path));
        if (client.answer().body == "GET " + path + " ") ++right;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(right, 64 * 5);
}

TEST(Server, SendsALargeResponseWhole) {
  const std::string large(8U << 20U, 'x');
  RunningServer server{{}, [&](const Request&) { return Response{200, {}, large}; }};
  RawConnection client{server.port()};
  client.send(get("/"));
  EXPECT_EQ(client.answer().body, large);
}

TEST(Server, RefusesToListenWhereItCannot) {
  const auto kind_at = [](const std::string& address) {
    const auto server = Server::listen({.address = address}, &echo, {});
    return server ? std::nullopt : std::optional{server.error().kind};
  };
  for (const char* const text : {"", ":80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "::1:80",
                                 "[127.0.0.1]:80", "example.org:80", "127.0.0.1:+1", "[::]8080"}) {
    EXPECT_EQ(kind_at(text), ErrorKind::Malformed) << text;
  }
  EXPECT_EQ(kind_at("localhost:0"), std::nullopt);
  const RunningServer taken{{}, &echo};
  EXPECT_EQ(kind_at("127.0.0.1:" + std::to_string(taken.port())), ErrorKind::NotPermitted);
}

}  // namespace
}  // namespace peerlab::http

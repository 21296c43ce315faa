// What a stranger sends over sockets of its own, to the program as it runs: whatever it is, members
// are served meanwhile, and nothing happens that a member did not ask for.
#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <list>
#include <thread>

#include "tests/gateway/gateway_test.h"
#include "tests/support/raw_connection.h"

namespace peerlab::testing_support {
namespace {

using http::Method;
using testing::HasSubstr;
using namespace std::chrono_literals;

constexpr std::size_t kCrowd = 10'000;

// As many descriptors as this process may have.
rlim_t most_descriptors() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

std::uint64_t resident_kib(pid_t process) {
  std::ifstream file{"/proc/" + std::to_string(process) + "/status"};
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("VmRSS:")) return std::stoull(line.substr(6));
  }
  return 0;
}

class Attack : public GatewayTest {
 protected:
  [[nodiscard]] std::string get(std::string_view path, std::string_view name = {}) const {
    std::string head = "GET " + std::string{path} + " HTTP/1.1\r\nHost: x\r\n";
    if (!name.empty()) head += "Authorization: Bearer " + token(name) + "\r\n";
    return head + "\r\n";
  }
};

TEST_F(Attack, TenThousandIdleConnectionsKeepNobodyOutAndCostLittleMemory) {
  if (most_descriptors() < kCrowd + 200) {
    GTEST_SKIP() << "needs a hard limit of open files (ulimit -Hn) above 10200";
  }
  start({"--rate-per-address", "off"});
  const std::uint64_t before = resident_kib(gateway_->process());
  std::list<RawConnection> idle;
  for (std::size_t i = 0; i < kCrowd; ++i) {
    idle.emplace_back(gateway_->port(), 10s);
    if (i % 1000 == 0) {
      ASSERT_THAT(info("alice"), Answers(200)) << "newcomer behind " << i;
    }
  }
  EXPECT_THAT(lease("alice"), Answers(200));
  const std::uint64_t after = resident_kib(gateway_->process());
  EXPECT_LT(after - before, 200U * 1024U) << "KiB for a crowd of which 4096 are kept";
  // Those that said nothing for longest made room for the others.
  EXPECT_TRUE(idle.front().is_closed());
  idle.back().send(get("/health/live"));
  EXPECT_EQ(idle.back().answer().status, 200);
  idle.clear();
  EXPECT_THAT(info("alice"), Answers(200));
}

TEST_F(Attack, TenThousandThatAreKeptAreServedToo) {
  if (most_descriptors() < kCrowd + 200) {
    GTEST_SKIP() << "needs a hard limit of open files (ulimit -Hn) above 10200";
  }
  start({"--rate-per-address", "off", "--connections-max", "10100"});
  std::list<RawConnection> idle;
  for (std::size_t i = 0; i < kCrowd; ++i) idle.emplace_back(gateway_->port(), 20s);
  EXPECT_THAT(info("alice"), Answers(200));
  const std::uint64_t held = resident_kib(gateway_->process());
  EXPECT_LT(held, 400U * 1024U) << "KiB in all";
  for (RawConnection* const one : {&idle.front(), &idle.back()}) {
    one->send(get("/health/live"));
    EXPECT_EQ(one->answer().status, 200);
  }
}

// Slow-loris at full strength: more half-sent requests than there are places.
TEST_F(Attack, ThousandsOfHalfSentRequestsKeepNobodyOut) {
  start({"--rate-per-address", "off", "--connections-max", "256"});
  std::list<RawConnection> slow;
  for (int i = 0; i < 2000; ++i) {
    slow.emplace_back(gateway_->port(), 30s);
    slow.back().send("GET /api/user/info HTTP/1.1\r\nHost: x\r\nX-");
  }
  for (int i = 0; i < 10; ++i) {
    EXPECT_THAT(info("alice"), Answers(200));
    slow.emplace_back(gateway_->port(), 30s).send("POST /");
  }
}

// A byte a moment, in head and body, for as long as the server listens.
TEST_F(Attack, WhoDripsHisRequestIsEndedAndHindersNobody) {
  start();
  const std::string lease_head =
      "POST /api/user/prefix HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token("mallory") +
      "\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n";
  std::list<RawConnection> slow;
  for (int i = 0; i < 60; ++i) {
    slow.emplace_back(gateway_->port(), 30s);
    slow.back().send(i % 2 == 0 ? "GET /api/user/info HTTP/1.1\r\nHost: x\r\nX-" : lease_head);
  }
  std::jthread drip{[&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      for (const RawConnection& one : slow) one.send("a");
      std::this_thread::sleep_for(100ms);
    }
  }};
  for (int i = 0; i < 20; ++i) EXPECT_THAT(info("alice"), Answers(200));
  for (RawConnection& one : slow) EXPECT_EQ(one.answer().status, 408);
  drip.request_stop();
  EXPECT_TRUE(object_in(info("mallory")).at("active_leases").as_array().empty());
}

TEST_F(Attack, PipelinedRequestsAreAnsweredInTheirOrder) {
  start();
  RawConnection client{gateway_->port(), 20s};
  std::string all;
  for (int i = 0; i < 50; ++i) {
    const std::string id = "X-Request-Id: n" + std::to_string(i) + "\r\n\r\n";
    std::string one = i % 3 == 0   ? get("/api/user/info", "alice")
                      : i % 3 == 1 ? get("/health/live")
                                   : get("/nowhere");
    all += one.replace(one.size() - 2, 2, id);
  }
  client.send(all);
  for (int i = 0; i < 50; ++i) {
    const RawAnswer answer = client.answer();
    EXPECT_EQ(answer.status, i % 3 == 2 ? 404 : 200) << i;
    EXPECT_EQ(answer.field("X-Request-Id"), "n" + std::to_string(i));
  }
  // Behind what is refused nothing is read: it might be the body of that.
  client.send("GET / HTTP/9.9\r\n\r\n" + get("/health/live"));
  EXPECT_EQ(client.answer().status, 400);
  EXPECT_TRUE(client.is_closed());
}

// Each hides a lease request where a careless server finds one.
TEST_F(Attack, WhatIsSmuggledIsNeverDone) {
  start();
  const std::string hidden = "POST /api/user/prefix HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " +
                             token("victim") +
                             "\r\nContent-Type: application/json\r\nContent-Length: "
                             "20\r\n\r\n{\"duration_hours\":4}";
  const std::string length = std::to_string(hidden.size());
  const std::string head = "POST /api/user/asn HTTP/1.1\r\nHost: x\r\n";
  const std::vector<std::string> patterns = {
      head + "Content-Length: " + length + "\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" +
          hidden,
      head + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + hidden,
      head + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + hidden,
      head + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + hidden,
      head + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + hidden,
      head + "X: y\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden,
      head + "Transfer-Encoding: \x0b" + "chunked\r\n\r\n0\r\n\r\n" + hidden,
      head + "Content-Length: 0\r\nContent-Length: " + length + "\r\n\r\n" + hidden,
      head + "Content-Length: +0\r\n\r\n" + hidden,
      head + "Content-Length: 0, " + length + "\r\n\r\n" + hidden,
      head + "Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: " + length + "\r\n\r\n" +
          hidden,
      head + "Transfer-Encoding: chunked\r\n\r\n0\n\r\n" + hidden,
      head + "Transfer-Encoding: chunked\r\n\r\n-0\r\n\r\n" + hidden,
      "GET /api/platform HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n" + hidden,
      "GET /api/platform HTTP/1.1\nHost: x\n\n" + hidden,
      "GET /api/platform\r\n" + hidden,
  };
  for (const std::string& bytes : patterns) {
    RawConnection client{gateway_->port(), 20s};
    client.send(bytes);
    EXPECT_EQ(client.answer().status, 400) << bytes.substr(0, 120);
    EXPECT_TRUE(client.is_closed()) << bytes.substr(0, 120);
  }
  const boost::json::object victim = object_in(info("victim"));
  EXPECT_TRUE(victim.at("active_leases").as_array().empty());
  EXPECT_TRUE(victim.at("asn").is_null());
}

// A body that is all of it a request stays a body.
TEST_F(Attack, ABodyIsNotARequest) {
  start();
  const std::string hidden = "POST /api/user/asn HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " +
                             token("victim") + "\r\nContent-Length: 0\r\n\r\n";
  RawConnection client{gateway_->port(), 20s};
  client.send("GET /health/live HTTP/1.1\r\nHost: x\r\nContent-Length: " +
              std::to_string(hidden.size()) + "\r\n\r\n" + hidden + get("/version"));
  EXPECT_EQ(client.answer().status, 200);
  EXPECT_THAT(client.answer().body, HasSubstr("version"));
  EXPECT_TRUE(object_in(info("victim")).at("asn").is_null());
}

TEST_F(Attack, NoSpellingOfAPathReachesARouteThatItDoesNotName) {
  start();
  for (const char* const path :
       {"/health/../api/user/info", "/api/user/./info", "/api//user/info", "//api/user/info",
        "/api/user/info/", "/api/user/info;x=1", "/api/user%2finfo", "/api/user/info%00",
        "/api/user/%69nfo%20", "/API/user/info", "/api/user/info%0d%0aX:%20y",
        "/..%2f..%2fetc%2fpasswd", "/%2e%2e/%2e%2e/etc/passwd", "/api/user/..%5cinfo",
        "/service/mappings/../../api/user/info", "/metrics", "/%2e/api/user/info",
        "/api/user/prefix/3fff:100::/48"}) {
    RawConnection client{gateway_->port(), 20s};
    client.send(get(path, "alice"));
    const RawAnswer answer = client.answer();
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_THAT(answer.body, testing::Not(HasSubstr("etc"))) << "what was asked is not told back";
    EXPECT_EQ(answer.field("X"), "") << path;
  }
  for (const char* const path :
       {"/api/user/info%", "/api/user/%c0%af", "/api/user/%ff", "/a\\b%u0041"}) {
    RawConnection client{gateway_->port(), 20s};
    client.send(get(path, "alice"));
    EXPECT_EQ(client.answer().status, 400) << path;
  }
  RawConnection absolute{gateway_->port(), 20s};
  absolute.send("GET http://elsewhere.example/health/live HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(absolute.answer().status, 200) << "RFC 9112, 3.2.2: the form that proxies are sent";
}

TEST_F(Attack, WhoAsksTooOftenIsToldWhenToComeBackAndOthersAreServed) {
  start({"--rate-per-member", "5/1h", "--rate-per-address", "off"});
  for (int i = 0; i < 5; ++i) EXPECT_THAT(info("mallory"), Answers(200));
  const http::ClientResponse refused = lease("mallory");
  EXPECT_THAT(refused, Answers(429));
  EXPECT_EQ(text_in(refused, "type"), "/problems/too-many-requests");
  EXPECT_EQ(refused.headers.find("RateLimit-Policy"), R"("member";q=5;w=3600)");
  EXPECT_TRUE(refused.headers.find("Retry-After"));
  EXPECT_THAT(info("alice"), Answers(200));
}

}  // namespace
}  // namespace peerlab::testing_support

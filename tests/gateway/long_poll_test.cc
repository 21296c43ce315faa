// GET /service/mappings?wait=…, by the program: many routers wait, and nobody else does.
#include <atomic>
#include <future>
#include <thread>

#include "tests/gateway/gateway_test.h"

namespace peerlab::testing_support {
namespace {

using http::Method;
using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

class LongPoll : public GatewayTest {
 protected:
  [[nodiscard]] http::ClientResponse ask(const std::string& etag, std::string_view query) const {
    http::ClientRequest request;
    request.url = gateway_->url("/service/mappings" + std::string{query});
    request.timeout = 70s;
    request.headers.add("Authorization", "Bearer " + std::string{kAgentKey});
    request.headers.add("If-None-Match", etag);
    return client_.send(request).value();
  }
  [[nodiscard]] std::string etag() const {
    return std::string{ask("\"none\"", "").headers.find("ETag").value()};
  }
  [[nodiscard]] std::vector<std::future<http::ClientResponse>> routers(int count) const {
    const std::string known = etag();
    std::vector<std::future<http::ClientResponse>> waiting;
    for (int i = 0; i < count; ++i) {
      waiting.push_back(
          std::async(std::launch::async, [=, this] { return ask(known, "?wait=60"); }));
    }
    std::this_thread::sleep_for(1s);
    for (const auto& one : waiting) {
      EXPECT_EQ(one.wait_for(0s), std::future_status::timeout) << "it was not held";
    }
    return waiting;
  }
};

TEST_F(LongPoll, FiftyRoutersWaitAndHearOfALeaseAtOnceWhileMembersAreServed) {
  start();
  auto waiting = routers(50);
  const auto before = Steady::now();
  ASSERT_THAT(info("alice"), Answers(200));
  EXPECT_LT(Steady::now() - before, 1s) << "a member waits behind the routers";
  ASSERT_THAT(lease("alice"), Answers(200));
  const auto leased = Steady::now();
  for (auto& one : waiting) {
    EXPECT_EQ(one.wait_until(leased + 2s), std::future_status::ready);
    EXPECT_THAT(one.get(), Answers(200));
  }
}

TEST_F(LongPoll, EndsWhenTheProgramIsToldToStop) {
  start();
  auto waiting = routers(20);
  const auto begin = Steady::now();
  EXPECT_EQ(gateway_->stop(), 0);
  EXPECT_LT(Steady::now() - begin, 5s);
  for (auto& one : waiting) EXPECT_THAT(one.get(), Answers(304));
}

}  // namespace
}  // namespace peerlab::testing_support

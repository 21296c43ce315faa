// Ending, gently and not.
#include <future>
#include <set>
#include <system_error>
#include <thread>

#include "tests/gateway/gateway_test.h"
#include "tests/support/raw_connection.h"

namespace peerlab::testing_support {
namespace {

using http::Method;
using testing::HasSubstr;
using namespace std::chrono_literals;

constexpr std::string_view kBody = R"({"duration_hours":1})";

class Stop : public GatewayTest {
 protected:
  std::string lease_request(std::string_view name) {
    return "POST /api/user/prefix HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
           "Authorization: Bearer " +
           token(name) + "\r\nContent-Length: " + std::to_string(kBody.size()) + "\r\n\r\n";
  }
  bool refuses_new_connections() {
    for (int i = 0; i < 200; ++i) {
      try {
        const RawConnection connection{gateway_->port()};
      } catch (const std::system_error&) {
        return true;
      }
      std::this_thread::sleep_for(10ms);
    }
    return false;
  }
  std::set<std::string> leased_prefixes() {
    std::set<std::string> prefixes;
    const boost::json::array rows = mapping_rows();
    for (const auto& mapping : rows) {
      for (const auto& prefix : mapping.at("prefixes").as_array()) {
        prefixes.insert(std::string{prefix.as_string()});
      }
    }
    return prefixes;
  }
};

TEST_F(Stop, ARequestInFlightIsAnsweredAndTheExitCodeIsZero) {
  start();
  RawConnection in_flight{gateway_->port()};
  in_flight.send(lease_request("alice") + std::string{kBody.substr(0, 5)});
  std::this_thread::sleep_for(100ms);
  const auto begin = std::chrono::steady_clock::now();
  gateway_->terminate();
  EXPECT_TRUE(refuses_new_connections());
  in_flight.send(kBody.substr(5));
  const RawAnswer answer = in_flight.answer();
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(gateway_->wait(), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
  start();
  EXPECT_EQ(leased_prefixes(), std::set<std::string>{"3fff:100::/48"});
}

TEST_F(Stop, AnIssuerThatHangsAndAClientThatIsIdleDoNotDelayItBeyondTenSeconds) {
  start();
  EXPECT_THAT(info("alice"), Answers(200));
  const RawConnection idle{gateway_->port()};
  issuer_.slow(5s);
  std::thread asking{[this] {
    const MintKey other = MintKey::elliptic("key-2");
    (void)send(Method::Get, "/api/user/info", mint(other, "ES256", claims("alice")));
  }};
  std::this_thread::sleep_for(200ms);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(gateway_->stop(), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
  asking.join();
}

// Left alone it would end, after some seconds, and say that there is no such key.
TEST_F(Stop, AKeyFetchThatTakesLongIsCutShortAndWhoWaitsForItIsAnswered) {
  start();
  EXPECT_THAT(info("alice"), Answers(200));
  issuer_.slow(3300ms);
  const int before = issuer_.discovered();
  auto asking = std::async(std::launch::async, [this] {
    const MintKey other = MintKey::elliptic("key-2");
    return send(Method::Get, "/api/user/info", mint(other, "ES256", claims("alice")));
  });
  while (issuer_.discovered() == before) std::this_thread::sleep_for(5ms);
  EXPECT_EQ(gateway_->stop(), 0);
  EXPECT_THAT(asking.get(), Answers(503));
}

TEST_F(Stop, WhatWasAcknowledgedIsThereAfterAKill) {
  start();
  std::set<std::string> acknowledged;
  std::atomic<bool> enough{false};
  std::thread member{[&] {
    for (int i = 0; i < 200 && !enough; ++i) {
      const auto answer = lease("member" + std::to_string(i));
      if (answer.status == 200) acknowledged.insert(text_in(answer, "prefix"));
    }
  }};
  while (leased_prefixes().size() < 20) std::this_thread::sleep_for(5ms);
  gateway_->kill();
  enough = true;
  member.join();
  start();
  const std::set<std::string> kept = leased_prefixes();
  EXPECT_GE(acknowledged.size(), 20U);
  EXPECT_TRUE(std::includes(kept.begin(), kept.end(), acknowledged.begin(), acknowledged.end()));
}

}  // namespace
}  // namespace peerlab::testing_support

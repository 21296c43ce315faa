#include "gateway/rate_limits.h"

#include <gmock/gmock.h>

#include "tests/support/gateway/test_gateway.h"

namespace peerlab::gateway {
namespace {

using namespace std::chrono_literals;
using http::Method;
using testing::HasSubstr;
using testing::Optional;
using testing_support::as_agent;
using testing_support::request;
using testing_support::TestGateway;
using testing_support::text_in;
using testing_support::with;

// A window so long that no test waits until a request comes back.
AdmissionRules rules(std::optional<std::uint32_t> address, std::optional<std::uint32_t> member) {
  const auto allowance = [](std::optional<std::uint32_t> requests) {
    return requests ? std::optional{Allowance{*requests, 3600s}} : std::nullopt;
  };
  return {{allowance(address), allowance(member)}, {}, {}};
}

http::Request from(const char* address, http::Request asked) {
  asked.remote_address = address;
  return asked;
}

http::Request info() { return request(Method::Get, "/api/user/info"); }

TEST(RateLimits, ForAMemberHoldWhereverItAsksFromAndForNobodyElse) {
  TestGateway gateway;
  gateway.admit(rules(std::nullopt, 2));
  const http::Response first = gateway.answer(from("192.0.2.1", gateway.as("alice", info())));
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.headers.find("RateLimit-Policy"), R"("member";q=2;w=3600)");
  EXPECT_EQ(first.headers.find("RateLimit"), R"("member";r=1;t=1800)");
  EXPECT_EQ(gateway.answer(from("192.0.2.2", gateway.as("alice", info()))).status, 200);
  const http::Response third = gateway.answer(from("192.0.2.3", gateway.as("alice", info())));
  EXPECT_EQ(third.status, 429);
  EXPECT_EQ(text_in(third, "type"), "/problems/too-many-requests");
  EXPECT_THAT(third.headers.find("RateLimit"), Optional(HasSubstr(R"("member";r=0;t=)")));
  EXPECT_EQ(third.headers.find("Retry-After"), "1800");
  EXPECT_EQ(gateway.answer(from("192.0.2.3", gateway.as("bob", info()))).status, 200);
}

TEST(RateLimits, RefusedAMemberGetsNothingDone) {
  TestGateway gateway;
  gateway.admit(rules(std::nullopt, 1));
  EXPECT_EQ(gateway.answer(gateway.as("alice", info())).status, 200);
  const http::Response refused =
      gateway.answer(gateway.as("alice", request(Method::Post, "/api/user/asn")));
  EXPECT_EQ(refused.status, 429);
  EXPECT_FALSE(gateway.ledger.member_at(TestGateway::user("alice"), gateway.clock.now()));
}

TEST(RateLimits, ForAnAddressHoldBeforeAnybodyIsAskedWhoTheyAre) {
  TestGateway gateway;
  gateway.admit(rules(3, std::nullopt));
  const auto status = [&](const char* path) {
    return gateway.answer(from("192.0.2.1", request(Method::Get, path))).status;
  };
  EXPECT_EQ(status("/api/user/info"), 401);
  EXPECT_EQ(status("/nowhere"), 404);
  EXPECT_EQ(status("/api/platform"), 200);
  for (const char* const path :
       {"/api/user/info", "/nowhere", "/api/platform", "/service/mappings"}) {
    EXPECT_EQ(status(path), 429) << path;
  }
  EXPECT_EQ(gateway.answer(from("192.0.2.1", gateway.as("alice", info()))).status, 429);
  EXPECT_EQ(gateway.answer(from("192.0.2.2", info())).status, 401) << "another address";
  EXPECT_EQ(status("/health/live"), 200) << "monitoring has an allowance of its own";
  const http::Response router =
      gateway.answer(from("192.0.2.1", as_agent(request(Method::Get, "/service/mappings"))));
  EXPECT_EQ(router.status, 200) << "a router whose key is accepted pays nothing";
  EXPECT_EQ(router.headers.find("RateLimit"), std::nullopt);
}

TEST(RateLimits, ForAnAddressAreOfTheClientBehindATrustedProxy) {
  TestGateway gateway;
  AdmissionRules behind = rules(1, std::nullopt);
  behind.proxies.blocks.push_back(parse_address_block("127.0.0.1").value());
  gateway.admit(std::move(behind));
  const auto status = [&](const char* client) {
    return gateway
        .answer(
            from("127.0.0.1", with(request(Method::Get, "/version"), "X-Forwarded-For", client)))
        .status;
  };
  EXPECT_EQ(status("192.0.2.1"), 200);
  EXPECT_EQ(status("192.0.2.2"), 200);
  EXPECT_EQ(status("192.0.2.1"), 429);
  EXPECT_EQ(status("192.0.2.9, 192.0.2.1"), 429) << "what the client says itself does not count";
}

TEST(RateLimits, ThatAreOffSayNothing) {
  TestGateway gateway;
  gateway.admit(rules(std::nullopt, std::nullopt));
  for (int i = 0; i < 500; ++i) {
    const http::Response response = gateway.answer(gateway.as("alice", info()));
    ASSERT_EQ(response.status, 200);
    ASSERT_EQ(response.headers.find("RateLimit"), std::nullopt);
    ASSERT_EQ(response.headers.find("RateLimit-Policy"), std::nullopt);
  }
}

}  // namespace
}  // namespace peerlab::gateway

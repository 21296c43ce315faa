#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "tests/support/gateway/test_gateway.h"

namespace peerlab::gateway {
namespace {

using http::Method;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing_support::FailingLedger;
using testing_support::members_of;
using testing_support::request;
using testing_support::TestGateway;
using testing_support::text_in;

TEST(Platform, IsShownAsItWasConfigured) {
  TestGateway gateway;
  const http::Response response = gateway.answer(request(Method::Get, "/api/platform"));
  EXPECT_EQ(response.status, 200);
  const auto read = wire::parse_platform(response.body);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, gateway.offer.platform);
}

TEST(Liveness, DependsOnNothing) {
  TestGateway gateway{testing_support::Issuer::IsDown};
  gateway.ledger.break_after(0);
  EXPECT_EQ(gateway.answer(request(Method::Get, "/health/live")).status, 200);
}

TEST(Readiness, NeedsTheLedgerAndTheKeysAndSaysWhichIsMissing) {
  const auto ready = [](TestGateway& gateway) {
    return gateway.answer(request(Method::Get, "/health/ready"));
  };
  TestGateway gateway;
  const auto no_ledger = HasSubstr("ledger"), no_keys = HasSubstr("signing key");
  EXPECT_EQ(ready(gateway).status, 503) << "no key was asked for yet";
  EXPECT_THAT(text_in(ready(gateway), "detail"), AllOf(Not(no_ledger), no_keys));
  EXPECT_EQ(ready(gateway).headers.find("Retry-After"), "5");
  gateway.ledger.break_after(0);
  EXPECT_THAT(text_in(ready(gateway), "detail"), AllOf(no_ledger, no_keys));
  gateway.ledger.break_after(FailingLedger::kNever);
  (void)gateway.answer(gateway.as("alice", request(Method::Get, "/api/user/info")));
  EXPECT_EQ(ready(gateway).status, 200);
  gateway.ledger.break_after(0);
  EXPECT_EQ(ready(gateway).status, 503);
  EXPECT_THAT(text_in(ready(gateway), "detail"), AllOf(no_ledger, Not(no_keys)));
}

TEST(Health, OfEachPartIsToldApart) {
  TestGateway gateway;
  const auto status = [&](const char* path) {
    return gateway.answer(request(Method::Get, path)).status;
  };
  EXPECT_EQ(status("/health/ledger"), 200);
  EXPECT_EQ(status("/health/issuer"), 503) << "no key was asked for yet";
  (void)gateway.answer(gateway.as("alice", request(Method::Get, "/api/user/info")));
  EXPECT_EQ(status("/health/issuer"), 200);
  EXPECT_EQ(status("/health/directory"), 200) << "nobody was asked for";
  gateway.emails.put_back({});
  EXPECT_EQ(status("/health/directory"), 503);
  EXPECT_EQ(status("/health/ready"), 200) << "members are served without it";
  EXPECT_FALSE(gateway.emails.learn({}, {}, gateway.clock.now()));
  EXPECT_EQ(status("/health/directory"), 200);
  gateway.ledger.break_after(0);
  EXPECT_EQ(status("/health/ledger"), 503);
  EXPECT_EQ(status("/health/issuer"), 200);
}

TEST(Version, IsTheProgramsAndSaysNothingElse) {
  TestGateway gateway;
  const auto members = members_of(gateway.answer(request(Method::Get, "/version")));
  EXPECT_EQ(members.size(), 1U);
  EXPECT_THAT(std::string{members.at("version").as_string()},
              testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+"));
}

}  // namespace
}  // namespace peerlab::gateway

#include "gateway/audience.h"

#include <gmock/gmock.h>

#include "tests/support/gateway/test_gateway.h"

namespace peerlab::gateway {
namespace {

using http::Method;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing_support::kAgentKey;
using testing_support::members_of;
using testing_support::request;
using testing_support::TestGateway;
using testing_support::text_in;
using testing_support::with;

constexpr const char* kInfo = "/api/user/info";
constexpr const char* kMappings = "/service/mappings";

http::Response answer_to(TestGateway& gateway, std::string_view target, std::string authorization) {
  return gateway.answer(
      with(request(Method::Get, target), "Authorization", std::move(authorization)));
}

std::string challenge(const http::Response& response) {
  return std::string{response.headers.find("WWW-Authenticate").value_or("")};
}

TEST(Credentials, AreOfTheBearerSchemeWhateverItsCase) {
  TestGateway gateway;
  const std::string token = gateway.token("alice"), key{kAgentKey};
  for (const char* const scheme : {"Bearer ", "bearer ", "BEARER ", "bEaReR   ", " Bearer "}) {
    EXPECT_EQ(answer_to(gateway, kInfo, scheme + token).status, 200) << scheme;
    EXPECT_EQ(answer_to(gateway, kMappings, scheme + key).status, 200) << scheme;
  }
}

TEST(Credentials, ThatAreMissingAreAskedForWithoutAnError) {
  TestGateway gateway;
  const std::string token = gateway.token("alice");
  for (const std::string& authorization :
       {std::string{""}, std::string{"Bearer"}, std::string{"Bearer "}, "Basic " + token,
        "Bearer\t" + token, token, "Bearer:" + token}) {
    for (const char* const path : {kInfo, kMappings}) {
      const http::Response response = answer_to(gateway, path, authorization);
      EXPECT_EQ(response.status, 401) << authorization;
      EXPECT_EQ(challenge(response), "Bearer") << authorization;
      EXPECT_EQ(members_of(response).at("error"), 401);
      EXPECT_EQ(text_in(response, "type"), "/problems/unauthenticated");
    }
  }
}

TEST(Credentials, GivenTwiceAreNone) {
  TestGateway gateway;
  http::Request asked = gateway.as("alice", request(Method::Get, kInfo));
  asked.headers.add("authorization", "Bearer " + gateway.token("bob"));
  EXPECT_EQ(gateway.answer(asked).status, 401);
}

TEST(Credentials, ThatAreWrongAreSaidToBeSo) {
  TestGateway gateway;
  const auto invalid = AllOf(HasSubstr(R"(Bearer error="invalid_token", error_description=")"));
  for (const std::string& wrong :
       {std::string{"garbage"}, std::string{"a.b.c"}, std::string{kAgentKey}}) {
    const http::Response response = answer_to(gateway, kInfo, "Bearer " + wrong);
    EXPECT_EQ(response.status, 401) << wrong;
    EXPECT_THAT(challenge(response), invalid);
    EXPECT_THAT(response.body + challenge(response), Not(HasSubstr(wrong)));
  }
  for (const std::string& wrong :
       {gateway.token("alice"), std::string{kAgentKey} + "x", std::string{kAgentKey.substr(1)}}) {
    const http::Response response = answer_to(gateway, kMappings, "Bearer " + wrong);
    EXPECT_EQ(response.status, 401);
    EXPECT_THAT(challenge(response), invalid);
    EXPECT_THAT(response.body + challenge(response), Not(HasSubstr(wrong)));
  }
}

TEST(Credentials, AreJudgedAtTheInstantOfTheRequest) {
  TestGateway gateway;
  const http::Request asked = gateway.as("alice", request(Method::Get, kInfo));
  EXPECT_EQ(gateway.answer(asked).status, 200);
  gateway.clock.advance(std::chrono::hours{24 * 365});
  const http::Response response = gateway.answer(asked);
  EXPECT_EQ(response.status, 401);
  EXPECT_THAT(challenge(response), HasSubstr("expired"));
}

TEST(Credentials, ThatCannotBeJudgedNowAreNotCalledWrong) {
  TestGateway gateway{testing_support::Issuer::IsDown};
  const http::Response response = gateway.answer(gateway.as("alice", request(Method::Get, kInfo)));
  EXPECT_EQ(response.status, 503);
  EXPECT_NE(response.headers.find("Retry-After"), std::nullopt);
  EXPECT_EQ(challenge(response), "");
}

}  // namespace
}  // namespace peerlab::gateway

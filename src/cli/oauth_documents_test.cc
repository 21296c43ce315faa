#include "cli/oauth_documents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/random_text.h"

namespace peerlab::cli {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr std::string_view kIssuer = "https://id.example/";

TEST(Discovery, GivesTheEndpointsOfTheIssuerThatWasAsked) {
  const auto endpoints = parse_discovery(
      R"({"issuer":"https://id.example/","token_endpoint":"https://id.example/token",
          "device_authorization_endpoint":"https://id.example/device/auth",
          "revocation_endpoint":"https://id.example/revoke"})",
      kIssuer);
  ASSERT_TRUE(endpoints);
  EXPECT_EQ(endpoints->device_authorization, "https://id.example/device/auth");
  EXPECT_EQ(endpoints->token, "https://id.example/token");
  EXPECT_EQ(endpoints->revocation, "https://id.example/revoke");
}

TEST(Discovery, RefusesAnotherIssuerALackOfDeviceFlowAndWhatIsNoUrl) {
  for (const auto& [body, says] : {
           std::pair{R"({"issuer":"https://id.example"})", "calls itself https://id.example"},
           {R"({"issuer":"https://evil.example/"})", "calls itself https://evil.example/"},
           {R"({"issuer":"https://id.example/"})", "token_endpoint"},
           {R"({"issuer":"https://id.example/","token_endpoint":"https://id.example/t"})",
            "offers no device flow"},
           {R"({"issuer":"https://id.example/","token_endpoint":"file:///etc/passwd"})",
            "must be a URL"},
           {"<html>", ""},
       }) {
    const auto endpoints = parse_discovery(body, kIssuer);
    ASSERT_FALSE(endpoints) << body;
    EXPECT_THAT(endpoints.error().detail, HasSubstr(says));
  }
}

TEST(InvitationDocument, SaysFiveSecondsWhereTheProviderSaysNoInterval) {
  const auto invitation = parse_invitation(
      R"({"device_code":"d","user_code":"ABCD-EFGH","verification_uri":"https://id.example/a",
          "expires_in":900})");
  ASSERT_TRUE(invitation);
  EXPECT_EQ(invitation->interval, 5s);
  EXPECT_EQ(invitation->expires_in, 900s);
  EXPECT_EQ(invitation->verification_uri_complete, "");
}

TEST(InvitationDocument, ShowsNothingThatSteersATerminal) {
  const auto invitation = parse_invitation(
      "{\"device_code\":\"d\",\"user_code\":\"AB\\u001b[2J\","
      "\"verification_uri\":\"https://id.example/\\u0007\",\"expires_in\":900,\"interval\":1}");
  ASSERT_TRUE(invitation);
  EXPECT_EQ(invitation->user_code.find('\x1b'), std::string::npos);
  EXPECT_EQ(invitation->verification_uri.find('\x07'), std::string::npos);
}

TEST(InvitationDocument, NeedsCodesAUrlAndAnEnd) {
  for (const char* const body :
       {R"({"user_code":"A","verification_uri":"https://i","expires_in":9})",
        R"({"device_code":"d","verification_uri":"https://i","expires_in":9})",
        R"({"device_code":"d","user_code":"A","expires_in":9})",
        R"({"device_code":"d","user_code":"A","verification_uri":"javascript:0","expires_in":9})",
        R"({"device_code":"d","user_code":"A","verification_uri":"https://i"})", "[]", ""}) {
    EXPECT_FALSE(parse_invitation(body)) << body;
  }
}

// {"sub":"lab|alice","email":"alice@example.org"}, unsigned.
constexpr std::string_view kIdToken =
    "eyJhbGciOiJub25lIn0.eyJzdWIiOiJsYWJ8YWxpY2UiLCJlbWFpbCI6ImFsaWNlQGV4YW1wbGUub3JnIn0.";

TEST(TokenDocument, NamesTheAccountOfTheIdToken) {
  const auto tokens = parse_tokens(R"({"access_token":"a","refresh_token":"r","expires_in":3600,)"
                                   R"("id_token":")" +
                                   std::string{kIdToken} + "\"}");
  ASSERT_TRUE(tokens);
  EXPECT_EQ(tokens->account, "alice@example.org");
  EXPECT_EQ(tokens->lifetime, 3600s);
  EXPECT_EQ(tokens->refresh, Secret{"r"});
}

TEST(TokenDocument, OfAProviderThatSaysLittleIsTakenAsShortLivedAndNameless) {
  const auto tokens = parse_tokens(R"({"access_token":"a","id_token":"not.a-token!.x"})");
  ASSERT_TRUE(tokens);
  EXPECT_EQ(tokens->lifetime, 300s);
  EXPECT_TRUE(tokens->refresh.empty());
  EXPECT_EQ(tokens->account, "");
}

TEST(TokenAnswer, IsTokensARefusalWithItsNameOrSilence) {
  EXPECT_TRUE(std::holds_alternative<Tokens>(parse_token_answer(200, R"({"access_token":"a"})")));
  const TokenAnswer pending = parse_token_answer(400, R"({"error":"authorization_pending"})");
  EXPECT_EQ(std::get<TokenRefusal>(pending).error, "authorization_pending");
  // Auth0 answers 403 and 429 where the RFC says 400: the name counts.
  const TokenAnswer slow = parse_token_answer(429, R"({"error":"slow_down"})");
  EXPECT_EQ(std::get<TokenRefusal>(slow).error, "slow_down");
  EXPECT_TRUE(std::holds_alternative<Silence>(parse_token_answer(503, "busy")));
  EXPECT_TRUE(std::holds_alternative<TokenRefusal>(parse_token_answer(200, "{}")));
  EXPECT_TRUE(std::holds_alternative<TokenRefusal>(parse_token_answer(404, "<html>")));
}

TEST(OauthDocuments, SurviveWhateverIsSent) {
  std::mt19937_64 random{6749};
  const std::string sound = R"({"access_token":"a","expires_in":1,"id_token":")" +
                            std::string{kIdToken} + R"(","error":"slow_down"})";
  for (int round = 0; round < 5000; ++round) {
    const std::string body = testing_support::mutated(random, sound);
    static_cast<void>(parse_tokens(body));
    static_cast<void>(parse_token_answer(400, body));
    static_cast<void>(parse_invitation(body));
    static_cast<void>(parse_discovery(body, kIssuer));
  }
}

}  // namespace
}  // namespace peerlab::cli

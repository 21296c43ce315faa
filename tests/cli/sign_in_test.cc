// Signing in, renewing and signing out against a provider that says what the test wrote down.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <future>

#include "base/file.h"
#include "tests/cli/peerlab_command.h"
#include "tests/cli/scripted_platform.h"

namespace peerlab::testing_support {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;

const std::string kInfo = "GET /api/user/info";
const std::string kToken = "POST /idp/token";

http::Response nobody() {
  return json_answer(R"({"user_hash":")" + std::string(64, '0') +
                     R"(","asn":null,"max_leases":1,"active_leases":[]})");
}
http::Response refusal(std::string_view error) {
  return json_answer(fmt::format(R"({{"error":"{}"}})", error), 400);
}
http::Response tokens(std::string_view access, std::string_view refresh) {
  return json_answer(fmt::format(
      R"({{"access_token":"{}","refresh_token":"{}","expires_in":3600}})", access, refresh));
}

class SignIn : public ::testing::Test {
 protected:
  SignIn() : member{platform.url()} { platform.answer(kInfo, {nobody()}); }
  void invite() {
    platform.answer("POST /idp/device",
                    {json_answer(R"({"device_code":"the device","user_code":"ABCD-EFGH",)"
                                 R"("verification_uri":"http://127.0.0.1/device","interval":1,)"
                                 R"("expires_in":60})")});
  }
  // Signed in before, with so much left of the access token.
  void signed_in(std::chrono::seconds left) {
    member.keep({Secret{"old"}, Secret{"refresh"}, SystemClock{}.now() + left, "alice",
                 "peerlab-cli", platform.url() + "/idp/token", platform.url() + "/idp/revoke"});
  }
  std::string token_presented() const {
    const auto asked = platform.heard(kInfo);
    return asked.empty() ? "" : std::string{asked.back().header("Authorization").value_or("")};
  }
  ScriptedPlatform platform;
  PeerlabCommand member;
};

TEST_F(SignIn, AsksForTheAudiencePollsAndKeepsWhatItIsGiven) {
  invite();
  platform.answer(kToken, {refusal("authorization_pending"), tokens("access", "refresh")});
  const Outcome outcome = member.run({"auth", "login"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_EQ(outcome.output, "");
  EXPECT_THAT(outcome.errors, AllOf(HasSubstr("    http://127.0.0.1/device\n"),
                                    HasSubstr("    ABCD-EFGH\n"), HasSubstr("Signed in; next:")));
  EXPECT_EQ(outcome.errors.find("█"), std::string::npos);
  EXPECT_EQ(platform.heard("POST /idp/device").at(0).body,
            "client_id=peerlab-cli&scope=openid%20profile%20email%20offline_access&"
            "audience=https%3A%2F%2Fgateway.lab%2F");
  EXPECT_EQ(platform.heard(kToken).size(), 2U);
  EXPECT_EQ(platform.heard(kToken).at(1).body,
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&"
            "device_code=the%20device&client_id=peerlab-cli");
  EXPECT_EQ(member.run({"auth", "status"}).exit_code, 0);
  EXPECT_EQ(token_presented(), "Bearer access");
}

TEST_F(SignIn, LeavesTokensThatOnlyTheirOwnerReads) {
  invite();
  platform.answer(kToken, {tokens("access", "refresh")});
  ASSERT_EQ(member.run({"auth", "login"}).exit_code, 0);
  struct stat folder {
  }, file{};
  ASSERT_EQ(::stat(member.state().c_str(), &folder), 0);
  ASSERT_EQ(::stat((member.state() / "credentials.json").c_str(), &file), 0);
  EXPECT_EQ(folder.st_mode & 07777U, 0700U);
  EXPECT_EQ(file.st_mode & 07777U, 0600U);
}

TEST_F(SignIn, DrawsAQrCodeWhereItIsAskedFor) {
  invite();
  platform.answer(kToken, {tokens("access", "refresh")});
  const Outcome outcome = member.run({"auth", "login", "--qr"});
  EXPECT_THAT(outcome.errors, HasSubstr("█ ▄▄▄▄▄ █"));
  EXPECT_EQ(outcome.errors.find('\x1b'), std::string::npos);
}

TEST_F(SignIn, TheClientOfTheEnvironmentIsUsed) {
  invite();
  member.set("NXTHDR_CLIENT_ID", "another");
  platform.answer(kToken, {tokens("access", "refresh")});
  ASSERT_EQ(member.run({"auth", "login"}).exit_code, 0);
  EXPECT_THAT(platform.heard("POST /idp/device").at(0).body, HasSubstr("client_id=another&"));
}

TEST_F(SignIn, AProviderThatCallsItselfOtherwiseIsNotTrusted) {
  const ScriptedPlatform other{platform.url() + "/idp"};
  const PeerlabCommand misled{other.url()};
  platform.answer("GET /idp/.well-known/openid-configuration",
                  {json_answer(R"({"issuer":"https://evil.example/"})")});
  const Outcome outcome = misled.run({"auth", "login"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.errors, HasSubstr("calls itself https://evil.example/"));
}

TEST_F(SignIn, IsRenewedAMinuteBeforeTheTokensEndAndNotSooner) {
  signed_in(120s);
  EXPECT_EQ(member.run({"prefix", "list"}).exit_code, 0);
  EXPECT_EQ(token_presented(), "Bearer old");
  signed_in(55s);
  platform.answer(kToken, {tokens("new", "rotated")});
  EXPECT_EQ(member.run({"prefix", "list"}).exit_code, 0);
  EXPECT_EQ(token_presented(), "Bearer new");
  EXPECT_EQ(platform.heard(kToken).at(0).body,
            "grant_type=refresh_token&refresh_token=refresh&client_id=peerlab-cli");
  EXPECT_EQ(member.kept()->refresh_token, Secret{"rotated"});
  EXPECT_EQ(member.kept()->account, "alice");
}

// A provider that rotates takes each refresh token once; a second use ends the whole sign-in.
TEST_F(SignIn, IsRenewedOnceByManyProcessesAtOnce) {
  signed_in(-10s);
  platform.answer(kToken, {tokens("new", "rotated"), refusal("invalid_grant")});
  std::vector<std::future<Outcome>> running;
  for (int i = 0; i < 8; ++i) {
    running.push_back(std::async(std::launch::async, [this] {
      return member.run({"prefix", "list"});
    }));
  }
  for (auto& one : running) {
    const Outcome outcome = one.get();
    EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  }
  EXPECT_EQ(platform.heard(kToken).size(), 1U);
  EXPECT_EQ(member.kept()->refresh_token, Secret{"rotated"});
}

TEST_F(SignIn, EndsWhereTheProviderTakesTheRefreshTokenNoMore) {
  signed_in(-10s);
  platform.answer(kToken, {refusal("invalid_grant")});
  const Outcome outcome = member.run({"prefix", "list"});
  EXPECT_EQ(outcome.exit_code, 4);
  EXPECT_THAT(outcome.errors, HasSubstr("invalid_grant; sign in: peerlab auth login"));
}

TEST_F(SignIn, OutlivesAProviderThatIsDownAsLongAsTheTokenDoes) {
  platform.answer(kToken, {http::Response{503, {}, ""}});
  signed_in(30s);
  EXPECT_EQ(member.run({"prefix", "list"}).exit_code, 0);
  EXPECT_EQ(token_presented(), "Bearer old");
  signed_in(-1s);
  EXPECT_EQ(member.run({"prefix", "list"}).exit_code, 6);
}

TEST_F(SignIn, StatusNamesTheAccountAndTheTokensEnd) {
  signed_in(3600s + 30s);
  const Outcome outcome = member.run({"auth", "status"});
  EXPECT_THAT(outcome.output,
              AllOf(HasSubstr("account        alice\n"), HasSubstr("platform       http://"),
                    HasSubstr("(in 1 h 0 min, renewed by itself)\n")));
  EXPECT_EQ(member.run({"auth", "status", "--json", "account"}).output,
            "{\"account\":\"alice\"}\n");
}

TEST_F(SignIn, OutRevokesTheRefreshTokenAndForgets) {
  signed_in(3600s);
  platform.answer("POST /idp/revoke", {http::Response{200, {}, ""}});
  const Outcome outcome = member.run({"auth", "logout"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(platform.heard("POST /idp/revoke").at(0).body, HasSubstr("token=refresh&"));
  EXPECT_FALSE(member.kept());
  EXPECT_EQ(member.run({"auth", "status"}).exit_code, 4);
  EXPECT_EQ(member.run({"auth", "logout"}).exit_code, 0);
}

TEST_F(SignIn, OutForgetsAlsoWhereTheProviderCannotBeTold) {
  signed_in(3600s);
  platform.answer("POST /idp/revoke", {http::Response{500, {}, ""}});
  const Outcome outcome = member.run({"auth", "logout"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.errors, HasSubstr("could not be told"));
  EXPECT_FALSE(member.kept());
}

TEST_F(SignIn, IsRefusedWhileATokenOfTheEnvironmentWouldBeUsed) {
  member.set("PEERLAB_TOKEN", "token");
  const Outcome outcome = member.run({"auth", "login"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.errors, HasSubstr("unset it"));
}

}  // namespace
}  // namespace peerlab::testing_support

// Each exit code of `peerlab help exit-codes`, from the program itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/peerlab_command.h"
#include "tests/cli/scripted_platform.h"

namespace peerlab::testing_support {
namespace {

using ::testing::HasSubstr;
using wire::ProblemType;

constexpr const char* kNobody =
    R"({"user_hash":"0000000000000000000000000000000000000000000000000000000000000000",)"
    R"("asn":null,"max_leases":1,"active_leases":[]})";
const std::string kInfo = "GET /api/user/info";

class ExitCode : public ::testing::Test {
 protected:
  ExitCode() : member{platform.url()} { member.set("PEERLAB_TOKEN", "token"); }
  // The device flow begins, and every poll is answered so.
  void polls_are_answered(int expires_in, const std::string& error) {
    member.set("PEERLAB_TOKEN", "");
    platform.answer("POST /idp/device",
                    {json_answer(R"({"device_code":"d","user_code":"ABCD-EFGH","interval":1,)"
                                 R"("verification_uri":"http://127.0.0.1/device","expires_in":)" +
                                 std::to_string(expires_in) + "}")});
    platform.answer("POST /idp/token", {json_answer(R"({"error":")" + error + "\"}", 400)});
  }
  // Wrote nothing that could be taken for data, and one line that is none.
  void expect_complaint(const Outcome& outcome, int code, const std::string& says) {
    EXPECT_EQ(outcome.exit_code, code) << outcome.errors;
    EXPECT_EQ(outcome.output, "");
    EXPECT_THAT(outcome.errors, HasSubstr("peerlab: "));
    EXPECT_THAT(outcome.errors, HasSubstr(says));
  }
  ScriptedPlatform platform;
  PeerlabCommand member;
};

TEST_F(ExitCode, IsZeroWhenDone) {
  platform.answer(kInfo, {json_answer(kNobody)});
  const Outcome outcome = member.run({"prefix", "list"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.errors, "");
}

TEST_F(ExitCode, IsOneWhereThePlatformMakesAMistakeOrIsNotUnderstood) {
  platform.answer(kInfo, {problem_answer(ProblemType::Internal, "")});
  expect_complaint(member.run({"prefix", "list"}), 1, "The gateway made a mistake");
  platform.answer(kInfo, {json_answer("<html>")});
  expect_complaint(member.run({"prefix", "list"}), 1, "/api/user/info is unreadable");
}

TEST_F(ExitCode, IsTwoForAWrongCommandLineAndNothingIsAsked) {
  expect_complaint(member.run({"prefix", "request", "25"}), 2, "between 1 and 24 hours");
  expect_complaint(member.run({"prefix", "request", "4d"}), 2, "write it as 4 or 4h");
  expect_complaint(member.run({"prefix", "revoke", "2001:db8:1::1/48"}), 2,
                   "did you mean 2001:db8:1::/48");
  expect_complaint(member.run({"prefix", "rpki", "enable", "2001:db8::/32"}), 2, "leases are /48");
  expect_complaint(member.run({"fly"}), 2, "'fly' means nothing here");
  expect_complaint(member.run({"--api-url", "gateway", "prefix", "list"}), 2, "is no URL");
  EXPECT_TRUE(platform.heard(kInfo).empty());
}

TEST_F(ExitCode, IsTwoWhereNoPlatformIsChosenAndSaysHowTo) {
  member.set("PEERLAB_API_URL", "");
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"prefix", "list"}, {"auth", "logout"}, {"api", "GET", "/version"}}) {
    expect_complaint(member.run(words), 2, "set PEERLAB_API_URL, or write api_url");
  }
}

TEST_F(ExitCode, IsThreeWhereThereIsNoSuchThing) {
  platform.answer(kInfo, {json_answer(kNobody)});
  expect_complaint(member.run({"asn", "get"}), 3, "ask for one: peerlab asn request");
  expect_complaint(member.run({"peerlab", "env"}), 3, "ask for one: peerlab asn request");
  expect_complaint(member.run({"prefix", "revoke", "2001:db8::/48"}), 3,
                   "what you hold: peerlab prefix list");
}

TEST_F(ExitCode, IsFourWhereSignInIsNeeded) {
  platform.answer(kInfo, {problem_answer(ProblemType::Unauthenticated, "Token expired")});
  expect_complaint(member.run({"prefix", "list"}), 4, "PEERLAB_TOKEN holds a token that is not");
  member.set("PEERLAB_TOKEN", "");
  expect_complaint(member.run({"prefix", "list"}), 4, "sign in: peerlab auth login");
}

TEST_F(ExitCode, IsFiveForAQuotaAnEmptyPoolAndAPersonsNo) {
  platform.answer("POST /api/user/prefix",
                  {problem_answer(ProblemType::QuotaReached, "Maximum lease limit reached."),
                   problem_answer(ProblemType::PoolExhausted, "No available prefixes")});
  expect_complaint(member.run({"prefix", "request", "4"}), 5, "Maximum lease limit reached");
  expect_complaint(member.run({"prefix", "request", "4"}), 5, "No available prefixes");
  polls_are_answered(60, "access_denied");
  const Outcome refused = member.run({"auth", "login"});
  expect_complaint(refused, 5, "refused in the browser");
}

TEST_F(ExitCode, IsSixWhereNobodyAnswersOrThePlatformCannotNow) {
  platform.answer(kInfo, {problem_answer(ProblemType::Unavailable, "")});
  expect_complaint(member.run({"prefix", "list"}), 6, "did not answer");
  member.set("PEERLAB_API_URL", "http://127.0.0.1:1");
  expect_complaint(member.run({"prefix", "list"}), 6, "is http://127.0.0.1:1 right");
}

TEST_F(ExitCode, IsSevenWhereNobodyEnteredTheCodeInTime) {
  polls_are_answered(2, "authorization_pending");
  expect_complaint(member.run({"auth", "login"}), 7, "start again: peerlab auth login");
}

TEST_F(ExitCode, IsAHundredAndThirtyAfterAnInterruption) {
  polls_are_answered(60, "authorization_pending");
  Command login = member.command({"auth", "login"});
  login.argv.insert(login.argv.begin(), {"timeout", "--signal=INT", "--preserve-status", "1"});
  const Result<Outcome> outcome = peerlab::run(login);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->exit_code, 130);
  EXPECT_FALSE(std::filesystem::exists(member.state() / "credentials.json"));
}

}  // namespace
}  // namespace peerlab::testing_support

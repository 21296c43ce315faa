#include "cli/complaint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "base/json.h"
#include "wire/problem_type.h"

namespace peerlab::cli {
namespace {

using ::testing::HasSubstr;
using wire::ProblemType;

http::Response refused(ProblemType type, std::string_view message) {
  const wire::Problem problem = wire::make_problem(type, message, "you hold 1 of 1");
  return {problem.status, {}, wire::encode(problem, "/api/user/prefix", "r-1")};
}

TEST(ExitCodeOf, EachProblemTypeIsDecided) {
  for (const auto& [type, code] : {std::pair{ProblemType::MalformedRequest, ExitCode::Failed},
                                   {ProblemType::ValueNotAllowed, ExitCode::Failed},
                                   {ProblemType::Unauthenticated, ExitCode::SignInNeeded},
                                   {ProblemType::QuotaReached, ExitCode::Refused},
                                   {ProblemType::NotFound, ExitCode::NotFound},
                                   {ProblemType::MethodNotAllowed, ExitCode::Failed},
                                   {ProblemType::Conflict, ExitCode::Failed},
                                   {ProblemType::BodyTooLarge, ExitCode::Failed},
                                   {ProblemType::UnsupportedMediaType, ExitCode::Failed},
                                   {ProblemType::WrongShape, ExitCode::Failed},
                                   {ProblemType::PoolExhausted, ExitCode::Refused},
                                   {ProblemType::NotConfigured, ExitCode::Failed},
                                   {ProblemType::Unavailable, ExitCode::Unreachable},
                                   {ProblemType::Internal, ExitCode::Failed}}) {
    EXPECT_EQ(complaint_of(refused(type, "")).exit_code, code) << wire::describe(type).slug;
  }
}

// Its bodies have no type (COMPAT.md 3).
TEST(ExitCodeOf, TheExistingGatewaysAnswersAreUnderstood) {
  for (const auto& [status, body, code] :
       {std::tuple{503, R"({"error":503,"message":"No available prefixes at this time"})",
                   ExitCode::Refused},
        {503, R"({"error":503,"message":"RPKI management is not configured"})", ExitCode::Failed},
        {401, R"({"error":"Invalid token"})", ExitCode::SignInNeeded},
        {404, "", ExitCode::NotFound},
        {502, "<html>bad gateway</html>", ExitCode::Unreachable},
        {301, "", ExitCode::Failed}}) {
    EXPECT_EQ(complaint_of(http::Response{status, {}, body}).exit_code, code) << body;
  }
}

TEST(ComplaintLine, SaysWhatWhyAndWhatNext) {
  Complaint complaint =
      complaint_of(refused(ProblemType::QuotaReached, "Maximum lease limit reached."));
  complaint.next = "what you hold: peerlab prefix list";
  EXPECT_EQ(spelled_as_line(complaint),
            "peerlab: Maximum lease limit reached: you hold 1 of 1; what you hold: peerlab prefix "
            "list");
}

TEST(ComplaintLine, IsOneLineOfPrintableTextWhateverAServerSends) {
  const Complaint complaint =
      complaint_of(http::Response{400, {}, "{\"message\":\"\\u001b[31mred\\nline\"}"});
  for (const char c : spelled_as_line(complaint)) EXPECT_TRUE(c >= ' ' && c <= '~');
}

TEST(ComplaintProblem, IsThePlatformsDocumentWithTheExitCodeAdded) {
  const auto document = parse_json(
      spelled_as_problem(complaint_of(refused(ProblemType::Unauthenticated, "Token expired"))));
  ASSERT_TRUE(document);
  const boost::json::object& object = document->as_object();
  EXPECT_EQ(text_member(object, "type"), "/problems/unauthenticated");
  EXPECT_EQ(text_member(object, "request_id"), "r-1");
  EXPECT_EQ(text_member(object, "next"), "sign in: peerlab auth login");
  EXPECT_EQ(integer_member(object, "exit_code"), 4);
}

TEST(ComplaintProblem, OfOursHasTheMembersOfAProblemToo) {
  const auto document = parse_json(spelled_as_problem({ExitCode::Usage, "no platform is chosen"}));
  ASSERT_TRUE(document);
  const boost::json::object& object = document->as_object();
  EXPECT_EQ(text_member(object, "type"), "about:blank");
  EXPECT_EQ(text_member(object, "detail"), "no platform is chosen");
  EXPECT_EQ(object.if_contains("next"), nullptr);
  EXPECT_EQ(integer_member(object, "exit_code"), 2);
}

TEST(ExitCodes, AreExplainedOnALineEach) {
  const std::string explained = exit_codes_explained();
  for (const int code : {0, 1, 2, 3, 4, 5, 6, 7, 130}) {
    EXPECT_THAT("\n" + explained, HasSubstr("\n" + std::string(code < 100 ? 2 : 0, ' ') +
                                            std::to_string(code) + "  "));
  }
  EXPECT_EQ(std::count(explained.begin(), explained.end(), '\n'), 9);
}

}  // namespace
}  // namespace peerlab::cli

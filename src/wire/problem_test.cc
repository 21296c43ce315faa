#include "wire/problem.h"

#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <set>

#include "base/file.h"
#include "wire/problem_type.h"

namespace peerlab::wire {
namespace {

TEST(Problem, ServesReadersOfRfc9457AndOfTheExistingGateway) {
  Problem problem =
      make_problem(ProblemType::QuotaReached, "Maximum lease limit reached.", "revoke one");
  problem.errors.push_back({"/x", "y"});
  const auto object = boost::json::parse(encode(problem, "/api/user/prefix", "r1")).as_object();
  EXPECT_EQ(object.at("error").as_int64(), 403);
  EXPECT_EQ(object.at("status").as_int64(), 403);
  EXPECT_EQ(object.at("message").as_string(), "Maximum lease limit reached.");
  EXPECT_EQ(object.at("type").as_string(), "/problems/quota-reached");
  EXPECT_EQ(object.at("title").as_string(), "The quota is used up");
  EXPECT_EQ(object.at("detail").as_string(), "revoke one");
  EXPECT_EQ(object.at("instance").as_string(), "/api/user/prefix");
  EXPECT_EQ(object.at("request_id").as_string(), "r1");
}

TEST(Problem, ComesBackAsItWasWritten) {
  for (const ProblemEntry& entry : all_problem_types()) {
    Problem written = make_problem(entry.type, "said \"so\"", "do this\n");
    written.errors.push_back({"/duration_hours", "must be a whole number"});
    written.frees_at = *parse_rfc3339("2026-11-23T14:06:44Z");
    written.in_line = {3, 5, *parse_rfc3339("2026-11-23T15:06:44Z"), written.frees_at};
    const Problem read = parse_problem(entry.status, encode(written, "/", "id"));
    EXPECT_EQ(read.status, entry.status);
    EXPECT_EQ(read.type, written.type);
    EXPECT_EQ(read.title, written.title);
    EXPECT_EQ(read.detail, written.detail);
    EXPECT_EQ(read.message, written.message);
    EXPECT_EQ(read.frees_at, written.frees_at);
    EXPECT_EQ(read.in_line, written.in_line);
    ASSERT_EQ(read.errors.size(), 1U);
    EXPECT_EQ(read.errors[0].pointer, "/duration_hours");
  }
}

TEST(Problem, OfTheExistingGatewayIsReadToo) {
  EXPECT_EQ(
      parse_problem(503, R"({"error":503,"message":"No available ASNs at this time"})").message,
      "No available ASNs at this time");
  EXPECT_EQ(parse_problem(401, R"({"error":"Missing token"})").message, "Missing token");
}

TEST(Problem, SaysSoWhenTheAnswerWasNone) {
  for (const char* const body :
       {"", "<html>bad gateway</html>", "[]", "{}", R"({"error":1,"error":2})"}) {
    const Problem problem = parse_problem(502, body);
    EXPECT_EQ(problem.status, 502) << body;
    EXPECT_EQ(problem.message, "HTTP status 502") << body;
  }
  EXPECT_THAT(parse_problem(502, "a\x1b[31mb").detail, testing::Not(testing::HasSubstr("\x1b")));
}

TEST(ProblemTypes, AreEachExplainedInTheDocument) {
  const auto document = read_file(PEERLAB_SOURCE_DIR "/api/problems.md");
  ASSERT_TRUE(document);
  std::set<std::string_view> slugs;
  for (const ProblemEntry& entry : all_problem_types()) {
    EXPECT_EQ(&describe(entry.type), &entry) << "the table is not in the order of the enumeration";
    EXPECT_TRUE(slugs.insert(entry.slug).second) << entry.slug;
    EXPECT_THAT(*document, testing::HasSubstr("## " + std::string{entry.slug} + "\n"));
  }
}

}  // namespace
}  // namespace peerlab::wire

#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "base/json.h"
#include "base/text.h"
#include "tests/support/gateway/test_gateway.h"

namespace peerlab::gateway {
namespace {

using http::Method;
using testing::HasSubstr;
using testing::Not;
using testing_support::as_agent;
using testing_support::kAgentKey;
using testing_support::request;
using testing_support::TestGateway;
using testing_support::with;

std::string logged(const auto& act) {
  testing::internal::CaptureStderr();
  act();
  return testing::internal::GetCapturedStderr();
}

TEST(AccessLog, HasOneLineARequestThatFindsItAgain) {
  TestGateway gateway;
  http::Request asked =
      gateway.as("alice", request(Method::Delete, "/api/peerlab/user/prefix/3fff:100::%2F48?x=y"));
  asked.request_id = "r-17";
  const std::string line = logged([&] { (void)gateway.answer(asked); });
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  const auto value = parse_json(line);
  ASSERT_TRUE(value) << line;
  const boost::json::object& object = value->get_object();
  EXPECT_EQ(text_member(object, "level"), "info");
  EXPECT_EQ(text_member(object, "method"), "DELETE");
  EXPECT_EQ(text_member(object, "route"), "/api/user/prefix/{prefix}");
  EXPECT_EQ(text_member(object, "status"), "404");
  EXPECT_EQ(text_member(object, "request_id"), "r-17");
  EXPECT_EQ(text_member(object, "caller"), "member " + TestGateway::user("alice").short_text());
  EXPECT_THAT(text_member(object, "milliseconds").value_or(""),
              testing::ContainsRegex("^[0-9]+\\.[0-9]$"));
}

TEST(AccessLog, WarnsOfWhatTheOperatorMustSeeAndSaysWhy) {
  TestGateway gateway;
  gateway.ledger.break_after(0);
  const std::string line = logged(
      [&] { (void)gateway.answer(gateway.as("alice", request(Method::Get, "/api/user/info"))); });
  EXPECT_THAT(line, HasSubstr(R"("level":"warning")"));
  EXPECT_THAT(line, HasSubstr("disk I/O error"));
}

TEST(AccessLog, NeverHoldsATokenAKeyASubjectOrWhatWasTypedIntoAPath) {
  TestGateway gateway;
  const std::string token = gateway.token("auth0|alice-subject");
  const std::string text = logged([&] {
    for (const char* const target :
         {"/api/user/info", "/api/user/prefix/typed-into-a-path", "/typed-into-a-path",
          "/api/user/prefix/typed-into-a-path/rpki?typed-into-a-path", "/service/mappings",
          "/service/mappings/typed-into-a-path", "/health/ready?typed-into-a-path"}) {
      for (const Method method : {Method::Get, Method::Post, Method::Put, Method::Delete}) {
        const auto asked = with(request(method, target, R"({"typed-into-a-path":1})"), "X-Typed",
                                "typed-into-a-path");
        (void)gateway.answer(asked);
        (void)gateway.answer(as_agent(asked));
        (void)gateway.answer(gateway.as("auth0|alice-subject", asked));
        (void)gateway.answer(with(asked, "Authorization", "Bearer " + token + "typed-into-a-path"));
      }
    }
    http::Request odd = request(Method::Other, "/api/user/info");
    odd.method_name = "typed-into-a-path";
    (void)gateway.answer(odd);
  });
  EXPECT_THAT(text, HasSubstr("/service/mappings/{user_hash}"));
  EXPECT_THAT(text, Not(HasSubstr("typed-into-a-path")));
  EXPECT_THAT(text, Not(HasSubstr("alice-subject")));
  EXPECT_THAT(text, Not(HasSubstr(std::string{kAgentKey})));
  for (const std::string_view part : split(token, '.')) {
    EXPECT_THAT(text, Not(HasSubstr(std::string{part})));
  }
}

}  // namespace
}  // namespace peerlab::gateway

// E-mail addresses in the mappings: from the directory, behind everybody's back, and nowhere else.
#include <thread>

#include "tests/gateway/gateway_test.h"
#include "tests/support/test_directory.h"

namespace peerlab::testing_support {
namespace {

using std::chrono::steady_clock;

std::string etag_of(const http::ClientResponse& response) {
  return std::string{response.headers.find("ETag").value_or("")};
}

boost::json::value email_in(const http::ClientResponse& response) {
  return object_in(response).at("mappings").at(0).at("email");
}

class Emails : public GatewayTest {
 protected:
  void start_with_directory() {
    start({"--auth0-management-api", directory_.url(), "--auth0-m2m-app-id",
           std::string{TestDirectory::kClientId}, "--auth0-m2m-app-secret",
           std::string{TestDirectory::kClientSecret}, "--insecure-issuer"});
  }

  void enrol(std::string_view name) {
    ASSERT_THAT(send(http::Method::Post, "/api/user/asn", token(name)), Answers(200));
  }

  [[nodiscard]] http::ClientResponse wait_for_other_than(const std::string& etag) const {
    http::ClientRequest request;
    request.url = gateway_->url("/service/mappings?wait=20");
    request.headers.add("Authorization", "Bearer " + std::string{kAgentKey});
    request.headers.add("If-None-Match", etag);
    request.timeout = std::chrono::seconds{30};
    return client_.send(request).value();
  }

  // As the existing generator asks, every minute.
  [[nodiscard]] http::ClientResponse mappings_once_known() const {
    const auto until = steady_clock::now() + std::chrono::seconds{20};
    for (;;) {
      http::ClientResponse answer = mappings();
      const bool known = answer.status == 200 && email_in(answer) != nullptr;
      if (known || steady_clock::now() > until) return answer;
      std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
  }

  TestDirectory directory_;
};

TEST_F(Emails, AreNullAtFirstAndWakeWhoWaitsOnceTheyAreKnown) {
  directory_.hold(true);
  directory_.put("test|alice", {"alice@example.org"});
  start_with_directory();
  enrol("alice");
  const auto first = mappings();  // at once, whatever the directory does
  EXPECT_EQ(email_in(first), nullptr);
  directory_.hold(false);
  const auto second = wait_for_other_than(etag_of(first));
  ASSERT_THAT(second, Answers(200));
  EXPECT_EQ(email_in(second), "alice@example.org");
  EXPECT_THAT(directory_.faults(), testing::IsEmpty());
}

// It would write a policy without anybody (COMPAT.md 5); without an answer it keeps the one it has.
TEST_F(Emails, AreAwaitedByTheExistingGeneratorOfAGatewayThatHasJustStarted) {
  directory_.put("test|alice", {"alice@example.org"});
  start_with_directory();
  enrol("alice");
  ASSERT_THAT(mappings_once_known(), Answers(200));
  directory_.hold(true);
  std::this_thread::sleep_for(std::chrono::milliseconds{1100});  // alice came seconds before
  start_with_directory();
  const auto refused = mappings();
  EXPECT_THAT(refused, Answers(503));
  EXPECT_NE(refused.headers.find("Retry-After"), std::nullopt);
  directory_.hold(false);
  const auto told = mappings_once_known();
  ASSERT_THAT(told, Answers(200));
  EXPECT_EQ(email_in(told), "alice@example.org");
  enrol("bob");
  EXPECT_THAT(mappings(), Answers(200)) << "a newcomer keeps nobody waiting";
}

TEST_F(Emails, ThatAreMissingRemoveNobody) {
  start_with_directory();
  enrol("alice");
  ASSERT_THAT(lease("alice"), Answers(200));
  (void)mappings();
  const auto until = steady_clock::now() + std::chrono::seconds{20};
  while (directory_.looked_up() == 0 && steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  EXPECT_EQ(directory_.looked_up(), 1);
  const auto rows = mapping_rows();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].at("email"), nullptr);
  EXPECT_EQ(rows[0].at("prefixes").as_array().size(), 1U);
}

TEST_F(Emails, AreInNoLogAndNeitherAreSecretAndToken) {
  directory_.put("test|alice", {"alice@example.org"});
  start_with_directory();
  enrol("alice");
  EXPECT_EQ(email_in(mappings_once_known()), "alice@example.org");
  const std::string issued = directory_.token();
  for (const std::string_view secret :
       {std::string_view{"alice@"}, TestDirectory::kClientSecret, std::string_view{issued}}) {
    EXPECT_THAT(gateway_->log(), testing::Not(testing::HasSubstr(std::string{secret})));
  }
}

}  // namespace
}  // namespace peerlab::testing_support

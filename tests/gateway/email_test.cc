// E-mail addresses in the mappings: from the directory, behind everybody's back, and nowhere else.
#include <algorithm>
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

  template <class Condition>
  static bool eventually(const Condition& condition) {
    const auto until = steady_clock::now() + std::chrono::seconds{20};
    while (!condition()) {
      if (steady_clock::now() > until) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    return true;
  }

  // As the existing generator asks, every minute.
  [[nodiscard]] http::ClientResponse mappings_once_known() const {
    http::ClientResponse answer;
    (void)eventually([&] {
      answer = mappings();
      return answer.status == 200 && email_in(answer) != nullptr;
    });
    return answer;
  }
  [[nodiscard]] http::ClientResponse mappings_once_answered() const {
    http::ClientResponse answer;
    (void)eventually([&] {
      answer = mappings();
      if (answer.status != 503) return true;
      EXPECT_NE(answer.headers.find("Retry-After"), std::nullopt);
      return false;
    });
    return answer;
  }

  // Else who came in the second of the start would be a newcomer.
  void start_a_second_after_all_members() {
    const SystemClock clock;
    ASSERT_TRUE(eventually([&, last = clock.now()] { return clock.now() > last; }));
    start_with_directory();
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

// The existing generator would write a policy without anybody (COMPAT.md 5); without an answer it
// keeps the one it has.  The machine may stall for a moment in some rounds and not in all.
TEST_F(Emails, AreAwaitedAfterAStartWhileTheDirectoryIsPrompt) {
  constexpr std::size_t kMembers =
      110;  // three questions: more than a second, with the pauses between
  start_with_directory();
  for (std::size_t i = 0; i < kMembers; ++i) {
    const std::string name = "member" + std::to_string(i);
    directory_.put("test|" + name, {name + "@example.org"});
    enrol(name);
  }
  std::size_t known = 0;
  for (int round = 0; round < 5 && known < kMembers; ++round) {
    start_a_second_after_all_members();
    const auto told = mappings_once_answered();
    ASSERT_THAT(told, Answers(200));
    const auto rows = object_in(told).at("mappings").as_array();
    known = static_cast<std::size_t>(
        std::ranges::count_if(rows, [](const auto& row) { return row.at("email") != nullptr; }));
  }
  EXPECT_EQ(known, kMembers);
  enrol("newcomer");
  EXPECT_THAT(mappings(), Answers(200)) << "keeps nobody waiting";
}

TEST_F(Emails, AreNotAwaitedOfADirectoryThatHangs) {
  directory_.put("test|alice", {"alice@example.org"});
  start_with_directory();
  enrol("alice");
  directory_.hold(true);
  start_a_second_after_all_members();
  const auto told = mappings_once_answered();
  ASSERT_THAT(told, Answers(200));
  EXPECT_EQ(email_in(told), nullptr);
  directory_.hold(false);
  EXPECT_EQ(email_in(mappings_once_known()), "alice@example.org") << "it is filled in behind";
}

TEST_F(Emails, AreLookedUpFromTheStartAndNotFromTheFirstQuestion) {
  start_with_directory();
  enrol("alice");
  EXPECT_EQ(gateway_->stop(), 0);
  const int before = directory_.looked_up();
  start_with_directory();
  EXPECT_TRUE(eventually([&] { return directory_.looked_up() > before; }));
}

TEST_F(Emails, ThatAreMissingRemoveNobody) {
  start_with_directory();
  enrol("alice");
  ASSERT_THAT(lease("alice"), Answers(200));
  (void)mappings();
  EXPECT_TRUE(eventually([&] { return directory_.looked_up() == 1; }));
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

// WIRE.md 2.5, against a stand-in that holds us to Auth0's documentation.
#include "identity/auth0_directory.h"

#include <gmock/gmock.h>

#include "tests/support/test_directory.h"

namespace peerlab::identity {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing_support::TestDirectory;

Subject subject(const std::string& name) { return Subject::parse(name).value(); }
UserHash hash(const std::string& name) { return UserHash::of(subject(name)); }

class Auth0 : public testing::Test {
 protected:
  ~Auth0() override { EXPECT_THAT(tenant_.faults(), testing::IsEmpty()); }

  Result<DirectoryAnswer> ask(const std::vector<std::string>& names) {
    std::vector<Subject> subjects;
    for (const std::string& name : names) subjects.push_back(subject(name));
    return directory_.look_up(subjects, now_);
  }
  // The error of a question that must fail; it names nobody and nothing secret.
  Error error_of(const std::vector<std::string>& names) {
    const auto answer = ask(names);
    if (answer) {
      ADD_FAILURE() << "it was answered";
      return {};
    }
    const std::string said = answer.error().detail + answer.error().cause;
    for (const std::string& secret : {names.front(), std::string{"@"}, tenant_.token(),
                                      std::string{TestDirectory::kClientSecret}}) {
      EXPECT_TRUE(secret.empty() || said.find(secret) == std::string::npos) << said;
    }
    return answer.error();
  }

  TestDirectory tenant_;
  http::Client client_;
  Auth0Tenant settings_{.url = tenant_.url(),
                        .client_id = std::string{TestDirectory::kClientId},
                        .client_secret = Secret{std::string{TestDirectory::kClientSecret}},
                        .patience = 10s};
  Auth0Directory directory_{client_, settings_};
  Instant now_ = SystemClock{}.now();
};

TEST_F(Auth0, TellsOneByIdAndSeveralByOneSearch) {
  for (const char* const name : {"auth0|a", "auth0|b", "google-oauth2|1"}) {
    tenant_.put(name, {std::string{name}.substr(0, 4) + "@example.org"});
  }
  const auto one = ask({"auth0|a"});
  ASSERT_TRUE(one) << one.error().detail;
  EXPECT_EQ(one->found.at(hash("auth0|a")), "auth@example.org");
  EXPECT_EQ(tenant_.looked_up(), 1);
  EXPECT_EQ(tenant_.searches(), 0);
  const auto all = ask({"auth0|a", "auth0|b", "google-oauth2|1", "auth0|nobody"});
  ASSERT_TRUE(all) << all.error().detail;
  EXPECT_EQ(all->found.size(), 3U);
  EXPECT_EQ(all->found.at(hash("google-oauth2|1")), "goog@example.org");
  EXPECT_EQ(tenant_.looked_up(), 1);
  EXPECT_EQ(tenant_.searches(), 1);
}

TEST_F(Auth0, TakesNamesOfAnyLetters) {
  const std::vector<std::string> names{R"(oidc|x" OR user_id:*)", R"(oidc|back\slash\)",
                                       "oidc|100%41&q=+#?/../", "samlp|Jürgen Ünal", "a|(b)"};
  for (const std::string& name : names) tenant_.put(name, {"x@example.org"});
  tenant_.put("oidc|another", {"another@example.org"});
  const auto all = ask(names);
  ASSERT_TRUE(all) << all.error().detail;
  EXPECT_EQ(all->found.size(), names.size());
  for (const std::string& name : names) {
    EXPECT_TRUE(all->found.contains(hash(name))) << name;
    const auto one = ask({name});
    ASSERT_TRUE(one) << one.error().detail;
    EXPECT_TRUE(one->found.contains(hash(name))) << name;
  }
}

TEST_F(Auth0, FindsWhoeverItsIndexDoesNotKnowYetOnlyAlone) {
  tenant_.put("auth0|new", {.email = "new@example.org", .indexed = false});
  tenant_.put("auth0|old", {"old@example.org"});
  EXPECT_FALSE(ask({"auth0|new", "auth0|old"})->found.contains(hash("auth0|new")));
  EXPECT_EQ(ask({"auth0|new"})->found.at(hash("auth0|new")), "new@example.org");
}

TEST_F(Auth0, KnowsNobodyOfANameThatItNeverGave) {
  for (const char* const name : {"auth0|nobody", "no-connection"}) {
    const auto answer = ask({name});
    ASSERT_TRUE(answer) << answer.error().detail;
    EXPECT_TRUE(answer->found.empty());
  }
}

TEST_F(Auth0, IsAskedForOneTokenUntilThatIsToBeRenewed) {
  tenant_.tokens_live(1h);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(ask({"auth0|a"}));
  now_ += 54min;
  ASSERT_TRUE(ask({"auth0|a"}));
  EXPECT_EQ(tenant_.tokens(), 1);
  now_ += 1min;
  ASSERT_TRUE(ask({"auth0|a"}));
  EXPECT_EQ(tenant_.tokens(), 2) << "five minutes before it expires";
}

TEST_F(Auth0, IsAskedForAnotherTokenAfterItRefusedOne) {
  ASSERT_TRUE(ask({"auth0|a"}));
  tenant_.refuse_old_tokens();
  EXPECT_EQ(error_of({"auth0|a"}).kind, ErrorKind::Unavailable);
  EXPECT_TRUE(ask({"auth0|a"}));
  EXPECT_EQ(tenant_.tokens(), 2);
}

TEST_F(Auth0, SaysWhenToComeBackAfterTooManyQuestions) {
  tenant_.limit_users(1, 7);
  const Error error = error_of({"auth0|a", "auth0|b"});
  EXPECT_EQ(error.kind, ErrorKind::Unavailable);
  EXPECT_EQ(error.retry_after, 7s);
  EXPECT_THAT(error.detail, HasSubstr("rate limit"));
  tenant_.remaining(0, (now_ + 5s).time_since_epoch().count());
  tenant_.limit_users(1);
  EXPECT_EQ(error_of({"auth0|a"}).retry_after, 5s);
  const auto last = ask({"auth0|a"});
  ASSERT_TRUE(last);
  EXPECT_EQ(last->rest, 5s) << "the last one that was left";
}

TEST_F(Auth0, TellsAGlobalLimitOfTokensAs500AccessDenied) {
  tenant_.limit_tokens(1);
  const Error error = error_of({"auth0|a"});
  EXPECT_EQ(error.kind, ErrorKind::Unavailable);
  EXPECT_THAT(error.detail, HasSubstr("rate limit"));
  EXPECT_EQ(error.retry_after, std::nullopt) << "the fields beside it are of another limit";
  EXPECT_TRUE(ask({"auth0|a"}));
}

TEST_F(Auth0, SaysWhatAnOperatorHasToCorrect) {
  tenant_.forbid(true);
  EXPECT_THAT(error_of({"auth0|a"}).detail, HasSubstr("read:users"));
  settings_.client_secret = Secret{"wrong"};
  Auth0Directory stranger{client_, settings_};
  const auto refused = stranger.look_up({subject("auth0|a")}, now_);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().detail, HasSubstr("auth0_m2m_app_secret"));
}

TEST_F(Auth0, TakesTooLongForASearchThatAskedForTooMuch) {
  tenant_.time_out_searches_of_more_than(1);
  EXPECT_EQ(error_of({"auth0|a", "auth0|b"}).kind, ErrorKind::TimedOut);
}

}  // namespace
}  // namespace peerlab::identity

// WIRE.md 2.5: what Auth0 says, and what is believed of it.
#include "identity/auth0_documents.h"

#include <gmock/gmock.h>

namespace peerlab::identity {
namespace {

using namespace std::chrono_literals;

const Instant kNow = *parse_rfc3339("2026-11-23T14:06:44Z");

std::optional<std::string> email_in(const std::string& members) {
  const auto users = parse_directory_users(R"({"user_id":"auth0|a",)" + members + "}");
  EXPECT_TRUE(users) << users.error().detail;
  return users->at(0).email;
}

TEST(MachineToken, IsRenewedATenthOfItsLifeEarlyAndFiveMinutesAtMost) {
  const std::pair<std::chrono::seconds, std::chrono::seconds> lives[]{
      {86'400s, 86'100s}, {3'600s, 3'300s}, {600s, 540s}, {10s, 9s}, {1s, 1s}};
  for (const auto& [life, kept] : lives) {
    const auto token = parse_machine_token(R"({"access_token":"t","token_type":"Bearer",)"
                                           R"("expires_in":)" +
                                               std::to_string(life.count()) + "}",
                                           kNow);
    ASSERT_TRUE(token) << token.error().detail;
    EXPECT_EQ(token->text, Secret{"t"});
    EXPECT_EQ(token->renew_at, kNow + kept);
  }
}

TEST(MachineToken, LivesAMonthAtMostWhateverIsSaid) {
  const auto token =
      parse_machine_token(R"({"access_token":"t","expires_in":9223372036854775807})", kNow);
  ASSERT_TRUE(token);
  EXPECT_EQ(token->renew_at, kNow + std::chrono::days{30} - 5min);
}

TEST(MachineToken, IsOnlyInADocumentThatHasOne) {
  for (const char* const document :
       {"", "[]", "{}", R"({"access_token":"t"})", R"({"access_token":"","expires_in":9})",
        R"({"access_token":7,"expires_in":9})", R"({"access_token":"s3cr3t","expires_in":0})",
        R"({"access_token":"s3cr3t","expires_in":-1})", R"({"access_token":"s3cr3t","expires_in":)",
        R"({"access_token":"s3cr3t","expires_in":"9"})"}) {
    const auto token = parse_machine_token(document, kNow);
    ASSERT_FALSE(token) << document;
    EXPECT_EQ(token.error().kind, ErrorKind::Unavailable);
    EXPECT_EQ((token.error().detail + token.error().cause).find("s3cr3t"), std::string::npos);
  }
}

// Two members of one address are taken for each other by routers that join on it.
TEST(DirectoryUsers, HaveAnAddressOnlyWhereItIsVerified) {
  EXPECT_EQ(email_in(R"("email":"a@x.org","email_verified":true)"), "a@x.org");
  for (const char* const unverified : {"false", "null", "1", R"("true")", "[true]"}) {
    EXPECT_EQ(email_in(R"("email":"a@x.org","email_verified":)" + std::string{unverified}),
              std::nullopt)
        << unverified;
  }
  EXPECT_EQ(email_in(R"("email":"a@x.org")"), std::nullopt);
  EXPECT_EQ(email_in(R"("email":null,"email_verified":true)"), std::nullopt);
  EXPECT_EQ(email_in(R"("email_verified":true)"), std::nullopt);
}

// The existing generator writes it into BIRD's configuration as it is.
TEST(DirectoryUsers, HaveNoAddressThatCouldBeMoreThanOne) {
  const std::string longest = std::string(248, 'a') + "@x.org";
  for (const std::string& plain :
       {std::string{"o'brien+x@y.example"}, std::string{"a@b"}, longest}) {
    EXPECT_EQ(email_in(R"("email_verified":true,"email":")" + plain + '"'), plain);
  }
  for (const std::string& odd :
       {std::string{"a@x.org\\n}"}, std::string{"a b@x.org"}, std::string{"@x.org"},
        std::string{"a@"}, std::string{"a"}, std::string{}, std::string{"a@b@c"},
        std::string{"\\u00e4@x.org"}, std::string{"a\\u0000@x.org"}, "a" + longest}) {
    EXPECT_EQ(email_in(R"("email_verified":true,"email":")" + odd + '"'), std::nullopt) << odd;
  }
}

TEST(DirectoryUsers, AreThoseThatHaveAnId) {
  const auto users = parse_directory_users(
      R"([{"user_id":"auth0|a"},{},7,{"user_id":""},{"user_id":null},{"user_id":"auth0|b"}])");
  ASSERT_TRUE(users);
  ASSERT_EQ(users->size(), 2U);
  EXPECT_EQ(users->at(1).user, UserHash::of(*Subject::parse("auth0|b")));
  for (const char* const document : {"", "7", "null", "[{]", R"("auth0|a")"}) {
    EXPECT_FALSE(parse_directory_users(document)) << document;
  }
}

TEST(SearchQuery, QuotesEachNameSoThatNoneCanSayMore) {
  std::vector<Subject> subjects;
  for (const char* const name : {"auth0|a", R"(x" OR email:*)", R"(back\)"}) {
    subjects.push_back(*Subject::parse(name));
  }
  EXPECT_EQ(search_query(subjects), R"(user_id:("auth0|a" OR "x\" OR email:*" OR "back\\"))");
}

}  // namespace
}  // namespace peerlab::identity

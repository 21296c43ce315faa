#include "identity/claims.h"

#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <limits>

namespace peerlab::identity {
namespace {

namespace json = boost::json;

constexpr std::int64_t kSeconds = 1'795'000'000;
constexpr Instant kNow{std::chrono::seconds{kSeconds}};
constexpr const char* kIssuer = "https://issuer.example/";
constexpr const char* kAudience = "https://peerlab.example";

const TokenRules kRules{.issuer = kIssuer, .audiences = {"another", kAudience}};

json::object good_claims() {
  return {{"iss", kIssuer}, {"aud", kAudience}, {"sub", "auth0|alice"}, {"exp", kSeconds + 1}};
}

std::string outcome(std::string_view claims, const TokenRules& rules = kRules) {
  const auto subject = check_claims(claims, rules, kNow);
  if (subject) return "accepted";
  EXPECT_EQ(subject.error().kind, ErrorKind::Unauthenticated);
  return subject.error().detail;
}

struct Case {
  const char* claim;
  json::value value;
  const char* outcome;
};

void expect_outcomes(const std::vector<Case>& cases) {
  for (const Case& one : cases) {
    json::object claims = good_claims();
    claims[one.claim] = one.value;
    EXPECT_EQ(outcome(json::serialize(claims)), one.outcome)
        << one.claim << " = " << json::serialize(one.value);
  }
}

TEST(Claims, AreTimelyWithinAMinutesLeewayHoweverOddTheNumbers) {
  using Signed = std::numeric_limits<std::int64_t>;
  constexpr auto kLargest = std::numeric_limits<std::uint64_t>::max();
  constexpr auto kExpired = "the token has expired", kEarly = "the token is not valid yet",
                 kEndless = "the token does not say when it expires",
                 kBeginless = "the token does not say from when it is valid";
  expect_outcomes({{"exp", kSeconds - 59, "accepted"},
                   {"exp", kSeconds - 59.5, "accepted"},
                   {"exp", kSeconds - 60, kExpired},
                   {"exp", kSeconds - 60.5, kExpired},
                   {"exp", 0, kExpired},
                   {"exp", -1e300, kExpired},
                   {"exp", Signed::min(), kExpired},
                   {"exp", Signed::max(), "accepted"},
                   {"exp", kLargest, "accepted"},
                   {"exp", 1e300, "accepted"},
                   {"exp", "1795000001", kEndless},
                   {"exp", nullptr, kEndless},
                   {"nbf", kSeconds, "accepted"},
                   {"nbf", kSeconds + 60, "accepted"},
                   {"nbf", kSeconds + 60.5, kEarly},
                   {"nbf", kLargest, kEarly},
                   {"nbf", 1e300, kEarly},
                   {"nbf", -1e300, "accepted"},
                   {"nbf", Signed::min(), "accepted"},
                   {"nbf", "0", kBeginless},
                   {"nbf", nullptr, kBeginless},
                   {"iat", kSeconds + 86400, "accepted"},
                   {"iat", "yesterday", "accepted"}});
}

TEST(Claims, RefuseANumberBeyondAllNumbers) {
  for (const char* const exp : {"1e999", "-1e999", "1e99999999999999999999"}) {
    std::string claims = json::serialize(good_claims());
    claims.replace(claims.find("1795000001"), 10, exp);
    EXPECT_NE(outcome(claims), "accepted") << exp;
  }
}

TEST(Claims, AreFromOurIssuerToTheLetter) {
  constexpr auto kForeign = "the token is from another issuer";
  expect_outcomes({{"iss", "https://issuer.example", kForeign},
                   {"iss", "https://issuer.example//", kForeign},
                   {"iss", "https://Issuer.example/", kForeign},
                   {"iss", "", kForeign},
                   {"iss", json::array{kIssuer}, kForeign},
                   {"iss", nullptr, kForeign}});
}

TEST(Claims, AreForOneOfOurAudiences) {
  constexpr auto kElsewhere = "the token is for another audience";
  expect_outcomes({{"aud", "another", "accepted"},
                   {"aud", json::array{"x", kAudience}, "accepted"},
                   {"aud", json::array{"another"}, "accepted"},
                   {"aud", json::array{"x", "y"}, kElsewhere},
                   {"aud", json::array{kAudience, 7}, kElsewhere},
                   {"aud", json::array{}, kElsewhere},
                   {"aud", "https://peerlab.example/", kElsewhere},
                   {"aud", json::object{{kAudience, true}}, kElsewhere},
                   {"aud", nullptr, kElsewhere}});
}

TEST(Claims, NameASubjectThatCanBeAMember) {
  constexpr auto kNobody = "the token names no subject";
  expect_outcomes({{"sub", json::string(255, 'a'), "accepted"},
                   {"sub", json::string(256, 'a'), kNobody},
                   {"sub", "", kNobody},
                   {"sub", 7, kNobody},
                   {"sub", "a\nb", kNobody},
                   {"sub", json::array{"auth0|alice"}, kNobody},
                   {"sub", nullptr, kNobody}});
}

TEST(Claims, NeedIssuerAudienceExpiryAndSubject) {
  for (const char* const claim : {"iss", "aud", "exp", "sub"}) {
    json::object claims = good_claims();
    claims.erase(claim);
    EXPECT_NE(outcome(json::serialize(claims)), "accepted") << "no " << claim;
  }
}

TEST(Claims, AreForAnybodyWhereNoAudienceIsConfigured) {
  json::object claims = good_claims();
  claims.erase("aud");
  EXPECT_EQ(outcome(json::serialize(claims), {.issuer = kIssuer, .audiences = {}}), "accepted");
}

// Of Auth0 they come as an array; of others as one text, like a scope (RFC 8693, 4.2).
TEST(Claims, NameRolesWhereAndOnlyWhereTheRulesSay) {
  TokenRules rules = kRules;
  rules.roles_claim = "https://peerlab.example/roles";
  const auto roles = [&](const json::value& said, const char* claim) {
    json::object claims = good_claims();
    claims[claim] = said;
    return check_claims(json::serialize(claims), rules, kNow)->bearer.roles;
  };
  const char* const claim = rules.roles_claim.c_str();
  EXPECT_THAT(roles({"staff", "operator"}, claim), testing::ElementsAre("staff", "operator"));
  EXPECT_THAT(roles(" staff  operator ", claim), testing::ElementsAre("staff", "operator"));
  for (const json::value& odd : {json::value{7}, json::value{true}, json::value(nullptr),
                                 json::value{{"role", "operator"}, {"x", 1}},
                                 json::value(json::array{"operator", 7}), json::value("")}) {
    EXPECT_THAT(roles(odd, claim), testing::IsEmpty()) << json::serialize(odd);
  }
  EXPECT_THAT(roles({"operator", "staff"}, "roles"), testing::IsEmpty());
  rules.roles_claim.clear();
  EXPECT_THAT(roles({"operator", "staff"}, ""), testing::IsEmpty());
}

TEST(Claims, AreOneObjectThatNamesNothingTwice) {
  const std::string good = json::serialize(good_claims());
  for (const std::string& claims :
       {std::string{}, std::string{"[]"}, std::string{"null"}, std::string{"{"}, good + " x",
        R"({"sub":"bob",)" + good.substr(1), std::string{"{\"sub\":\"\xff\"}"}}) {
    EXPECT_EQ(outcome(claims), "the token's claims are not a JSON object") << claims;
  }
}

}  // namespace
}  // namespace peerlab::identity

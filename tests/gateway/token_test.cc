// Whose tokens are believed, and what happens to the issuer meanwhile.
#include <thread>

#include "tests/gateway/gateway_test.h"

namespace peerlab::testing_support {
namespace {

using http::Method;
using testing::HasSubstr;
namespace json = boost::json;

constexpr int kCrowd = 64;

class Tokens : public GatewayTest {
 protected:
  http::ClientResponse info_with(const std::string& bearer) {
    return send(Method::Get, "/api/user/info", bearer);
  }
  json::object claims_but(std::string_view name, const json::value& value) {
    json::object changed = claims("alice");
    changed.erase(name);
    if (!value.is_null()) changed[name] = value;
    return changed;
  }
  std::string with_claim(std::string_view name, const json::value& value) {
    return mint(key_, "ES256", claims_but(name, value));
  }
  // The statuses of so many requests at once.
  std::vector<int> crowd(const std::string& bearer) {
    std::vector<int> statuses(kCrowd);
    std::vector<std::thread> threads;
    for (int& status : statuses) {
      threads.emplace_back([&] { status = info_with(bearer).status; });
    }
    for (std::thread& thread : threads) thread.join();
    return statuses;
  }
};

TEST_F(Tokens, OnesThatProveNothingAreRefusedWithAChallenge) {
  start();
  const std::int64_t now = SystemClock{}.now().time_since_epoch().count();
  const std::string claims_text = json::serialize(claims("alice"));
  const MintKey stranger = MintKey::elliptic(key_.id());
  const std::string signed_token = token("alice");
  const std::string header = R"({"alg":"HS256","typ":"JWT","kid":"key-1"})";
  const std::pair<const char*, std::string> tokens[]{
      {"expired", with_claim("exp", now - 61)},
      {"no exp", with_claim("exp", nullptr)},
      {"not yet", with_claim("nbf", now + 90)},
      {"another issuer", with_claim("iss", "https://evil.example/")},
      {"no issuer", with_claim("iss", nullptr)},
      {"another audience", with_claim("aud", "https://elsewhere.example/")},
      {"no audience", with_claim("aud", nullptr)},
      {"no subject", with_claim("sub", nullptr)},
      {"empty subject", with_claim("sub", "")},
      {"numeric subject", with_claim("sub", 7)},
      {"another's key", mint(stranger, "ES256", claims("alice"))},
      {"unsigned", mint_unsigned({R"({"alg":"none","typ":"JWT"})", claims_text})},
      {"HS256 by the public key", mint_by_hmac(json::serialize(key_.jwk()), {header, claims_text})},
      {"cut", signed_token.substr(0, signed_token.size() - 4)},
      {"garbage", "garbage"},
      {"nothing", ""}};
  for (const auto& [what, bearer] : tokens) {
    SCOPED_TRACE(what);
    const auto response = info_with(bearer);
    EXPECT_THAT(response, Answers(401));
    EXPECT_THAT(std::string{response.headers.find("WWW-Authenticate").value_or("")},
                HasSubstr("Bearer"));
  }
}

TEST_F(Tokens, AClockThatIsAMinuteOffIsForgiven) {
  start();
  const std::int64_t now = SystemClock{}.now().time_since_epoch().count();
  EXPECT_THAT(info_with(with_claim("exp", now - 50)), Answers(200));
  EXPECT_THAT(info_with(with_claim("nbf", now + 50)), Answers(200));
}

TEST_F(Tokens, OneAudienceOfSeveralIsEnoughOnBothSides) {
  start({"--audience", "https://sister.example/"});
  EXPECT_THAT(info_with(with_claim("aud", "https://sister.example/")), Answers(200));
  EXPECT_THAT(info_with(with_claim("aud", json::array{"https://x/", json::string{kAudience}})),
              Answers(200));
}

TEST_F(Tokens, AnyAudienceIsAcceptedWhereTheOperatorSaysSo) {
  start({"--any-audience"});
  EXPECT_THAT(info_with(with_claim("aud", "https://elsewhere.example/")), Answers(200));
  EXPECT_THAT(gateway_->log(), HasSubstr("tokens of any audience are accepted"));
}

TEST_F(Tokens, AlgorithmsAreThoseOfTheList) {
  const MintKey rsa = MintKey::rsa("rsa-1");
  issuer_.publish(key_set({key_.jwk(), rsa.jwk()}));
  start();
  EXPECT_THAT(info_with(mint(rsa, "RS256", claims("alice"))), Answers(200));
  EXPECT_THAT(info_with(mint(rsa, "PS256", claims("alice"))), Answers(401));
  start({"--accepted-algorithms", "PS256"});
  EXPECT_THAT(info_with(mint(rsa, "PS256", claims("alice"))), Answers(200));
  EXPECT_THAT(info_with(mint(rsa, "RS256", claims("alice"))), Answers(401));
}

TEST_F(Tokens, ACrowdAtAColdStartMakesOneFetch) {
  issuer_.slow(std::chrono::milliseconds{300});
  start();
  EXPECT_THAT(crowd(token("alice")), testing::Each(200));
  EXPECT_EQ(issuer_.keys_fetched(), 1);
}

TEST_F(Tokens, UnknownKeysMakeOneFetchHoweverManyComeAndANewKeyIsFound) {
  start();
  EXPECT_THAT(info("alice"), Answers(200));
  const MintKey next = MintKey::elliptic("key-2");
  issuer_.publish(key_set({key_.jwk(), next.jwk()}));
  EXPECT_THAT(info_with(mint(next, "ES256", claims("alice"))), Answers(200));
  const int before = issuer_.keys_fetched();
  EXPECT_THAT(crowd(mint(MintKey::elliptic("nobody's"), "ES256", claims("alice"))),
              testing::Each(401));
  EXPECT_LE(issuer_.keys_fetched() - before, 1);
}

TEST_F(Tokens, KnownKeysGoOnWhileTheIssuerIsDownAndUnknownOnesAreToldToWait) {
  start();
  EXPECT_THAT(info("alice"), Answers(200));
  issuer_.down(true);
  const auto unknown = info_with(mint(MintKey::elliptic("key-2"), "ES256", claims("alice")));
  EXPECT_THAT(unknown, Answers(503));
  EXPECT_TRUE(unknown.headers.find("Retry-After"));
  EXPECT_THAT(info("alice"), Answers(200));
}

TEST_F(Tokens, AStartWithoutTheIssuerHealsByItself) {
  issuer_.down(true);
  start();
  EXPECT_THAT(send(Method::Get, "/health/live", ""), Answers(200));
  EXPECT_THAT(send(Method::Get, "/health/ready", ""), Answers(503));
  EXPECT_THAT(info("alice"), Answers(503));
  issuer_.down(false);
  int ready = 0;
  for (int i = 0; i < 200 && ready != 200; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
    ready = send(Method::Get, "/health/ready", "").status;
  }
  EXPECT_EQ(ready, 200);
  EXPECT_THAT(info("alice"), Answers(200));
}

}  // namespace
}  // namespace peerlab::testing_support

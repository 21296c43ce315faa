#include "identity/proven_tokens.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <random>
#include <thread>
#include <vector>

#include "base/digest.h"
#include "identity/token_verifier.h"
#include "tests/support/test_issuer.h"
#include "tests/support/token_mint.h"

namespace peerlab::identity {
namespace {

namespace json = boost::json;
using namespace testing_support;
using namespace std::chrono_literals;

constexpr Instant kNow{1'795'000'000s};
constexpr const char* kAudience = "https://peerlab.example";

// One verifier that remembers.
struct Door {
  explicit Door(const std::vector<MintKey>& published) { publish(published); }

  void publish(const std::vector<MintKey>& pairs) {
    json::array jwks;
    for (const MintKey& pair : pairs) jwks.push_back(pair.jwk());
    issuer.publish(json::serialize(json::object{{"keys", jwks}}));
  }
  std::string token(const MintKey& key, std::chrono::seconds not_before = 0s) const {
    json::object claims = claims_of({issuer.url(), kAudience, "auth0|alice"}, kNow);
    if (not_before != 0s) claims["nbf"] = (kNow + not_before).time_since_epoch().count();
    return mint(key, "ES256", claims);
  }
  TokenRules rules() const { return {.issuer = issuer.url(), .audiences = {kAudience}}; }
  std::string outcome(std::string_view token, Instant now = kNow) const {
    return said(verifier.verify(token, now));
  }
  static std::string said(const Result<Bearer>& bearer) {
    return bearer ? bearer->subject.secret().reveal() : bearer.error().detail;
  }
  // The keys are fetched behind those whose keys are known.
  std::string outcome_once_refetched(std::string_view token, Instant now) const {
    const int fetched = issuer.keys_fetched();
    std::string last = outcome(token, now);
    for (int tries = 0; tries < 1000 && issuer.keys_fetched() == fetched; ++tries) {
      std::this_thread::sleep_for(10ms);
    }
    for (int tries = 0; tries < 1000 && last == "auth0|alice"; ++tries) {
      std::this_thread::sleep_for(10ms);
      last = outcome(token, now);
    }
    return last;
  }

  TestIssuer issuer{"{}"};
  http::Client client;
  SigningKeys keys{client, {.issuer = issuer.url(), .refresh_after = 60s}};
  TokenVerifier verifier{rules(), keys};
};

TEST(ProvenTokens, AreJudgedAtEveryInstantAsIfTheyWereNew) {
  const auto key = MintKey::elliptic("e");
  Door door{{key}};
  std::mt19937 random{20261125};
  const std::string tokens[] = {door.token(key), door.token(key, 200s), door.token(key, 5000s)};
  for (int round = 0; round < 300; ++round) {
    const std::string& token = tokens[random() % std::size(tokens)];
    const Instant now = kNow + std::chrono::seconds{random() % 5000} - 500s;
    const TokenVerifier forgetful{door.rules(), door.keys};
    EXPECT_EQ(door.outcome(token, now), Door::said(forgetful.verify(token, now))) << round;
  }
}

TEST(ProvenTokens, AreRefusedOnceTheirKeyIsWithdrawn) {
  const auto old = MintKey::elliptic("old"), next = MintKey::elliptic("next");
  Door door{{old}};
  const std::string token = door.token(old);
  ASSERT_EQ(door.outcome(token), "auth0|alice");
  door.publish({next});
  EXPECT_EQ(door.outcome_once_refetched(token, kNow + 61s),
            "the token's key is none of the issuer's");
}

TEST(ProvenTokens, AreRefusedOnceAnotherKeyHasTheirKeysName) {
  const auto key = MintKey::elliptic("e"), impostor = MintKey::elliptic("e");
  Door door{{key}};
  const std::string token = door.token(key);
  ASSERT_EQ(door.outcome(token), "auth0|alice");
  door.publish({impostor});
  EXPECT_EQ(door.outcome_once_refetched(token, kNow + 61s), "the token's signature is wrong");
}

TEST(ProvenTokens, LiveOnWhereTheSameKeyIsPublishedAnew) {
  const auto key = MintKey::elliptic("e"), next = MintKey::elliptic("next");
  Door door{{key}};
  const std::string token = door.token(key);
  ASSERT_EQ(door.outcome(token), "auth0|alice");
  door.publish({key, next});
  const Instant later = kNow + 61s;
  for (int tries = 0; tries < 1000 && door.outcome(door.token(next), later) != "auth0|alice";
       ++tries) {
    std::this_thread::sleep_for(10ms);
  }
  EXPECT_EQ(door.issuer.keys_fetched(), 2);
  EXPECT_EQ(door.outcome(token, later), "auth0|alice");
}

ProvenTokens::Digest numbered(std::size_t number) { return sha256(std::to_string(number)); }

ProvenToken of(std::size_t number) {
  const auto subject = Subject::parse("auth0|" + std::to_string(number));
  return {{{*subject}, {std::nullopt, 1e9}}, "e", "ES256", nullptr};
}

TEST(ProvenTokens, ForgetTheLeastUsedBeyondTheirNumber) {
  constexpr std::size_t kMost = 100;
  ProvenTokens tokens{kMost};
  tokens.keep(numbered(0), of(0));
  for (std::size_t number = 1; number <= 10 * kMost; ++number) {
    tokens.keep(numbered(number), of(number));
    const auto used = tokens.find(numbered(0));
    ASSERT_TRUE(used) << number;
    ASSERT_EQ(used->claims.bearer.subject.secret().reveal(), "auth0|0");
    ASSERT_LE(tokens.size(), 2 * kMost);
    ASSERT_TRUE(tokens.find(numbered(number)));
  }
  EXPECT_FALSE(tokens.find(numbered(1)));
}

}  // namespace
}  // namespace peerlab::identity

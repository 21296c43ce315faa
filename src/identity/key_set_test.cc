#include "identity/key_set.h"

#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <random>

#include "tests/support/token_mint.h"

namespace peerlab::identity {
namespace {

namespace json = boost::json;
using namespace testing_support;
using Match = KeySet::Match;

json::object with(json::object jwk, const char* name, json::value value) {
  jwk[name] = std::move(value);
  return jwk;
}

// Looks like one; nobody has its private half.
json::object rsa_key(const char* id, std::size_t bytes = 256) {
  return {{"kty", "RSA"}, {"kid", id}, {"e", "AQAB"}, {"n", base64url(std::string(bytes, '\xff'))}};
}

Match match(const KeySet& set, const char* key_id, const char* algorithm) {
  return set.choose(key_id, *algorithm_named(algorithm)).match;
}

TEST(KeySet, PassesOverOddKeysAndKeepsTheGoodOne) {
  const json::object rsa = rsa_key("odd"), elliptic = MintKey::elliptic("odd").jwk();
  const json::object good = MintKey::elliptic("good").jwk();
  const std::vector<json::value> odd{
      with(rsa, "use", "enc"),
      with(rsa, "use", nullptr),
      with(rsa, "key_ops", json::array{"encrypt"}),
      with(rsa, "key_ops", "verify"),
      with(rsa, "kty", "OKP"),
      with(rsa, "kty", 7),
      with(rsa, "n", ""),
      with(rsa, "n", "!"),
      with(rsa, "n", 7),
      with(rsa, "e", nullptr),
      rsa_key("odd", 255),
      with(elliptic, "crv", "P-999"),
      with(elliptic, "crv", "P-384"),
      with(elliptic, "x", "AAAA"),
      with(elliptic, "y", elliptic.at("x")),
      with(elliptic, "y", nullptr),
      json::object{{"kty", "oct"}, {"kid", "odd"}, {"k", "c2VjcmV0"}},
      json::object{},
      json::string{"text"},
      nullptr,
  };
  for (const json::value& one : odd) {
    const auto set =
        KeySet::parse(json::serialize(json::object{{"keys", json::array{one, good, one}}}));
    ASSERT_TRUE(set) << json::serialize(one);
    EXPECT_EQ(match(*set, "good", "ES256"), Match::Found) << json::serialize(one);
    EXPECT_EQ(match(*set, "odd", "ES256"), Match::Unknown) << json::serialize(one);
    EXPECT_EQ(match(*set, "odd", "RS256"), Match::Unknown) << json::serialize(one);
  }
}

TEST(KeySet, LendsAKeyOnlyToTheAlgorithmsOfItsTypeCurveAndOwnName) {
  const auto p256 = MintKey::elliptic("256"), p384 = MintKey::elliptic("384", "P-384");
  const auto set = KeySet::parse(
      key_set({rsa_key("rsa"), with(rsa_key("only"), "alg", "RS512"), p256.jwk(), p384.jwk(),
               with(with(p256.jwk(), "kid", "verify"), "key_ops", json::array{"verify"})}));
  ASSERT_TRUE(set);
  const std::vector<std::tuple<const char*, const char*, Match>> cases{
      {"rsa", "RS256", Match::Found},    {"rsa", "PS256", Match::Found},
      {"rsa", "ES256", Match::Unfit},    {"only", "RS512", Match::Found},
      {"only", "RS256", Match::Unfit},   {"256", "ES256", Match::Found},
      {"256", "ES384", Match::Unfit},    {"256", "RS256", Match::Unfit},
      {"384", "ES384", Match::Found},    {"384", "ES256", Match::Unfit},
      {"verify", "ES256", Match::Found}, {"other", "ES256", Match::Unknown}};
  for (const auto& [id, algorithm, expected] : cases) {
    EXPECT_EQ(match(*set, id, algorithm), expected) << id << " " << algorithm;
  }
}

TEST(KeySet, NeedsNoIdWhereThereIsOneKeyOfTheType) {
  const auto one = MintKey::elliptic("1"), two = MintKey::elliptic("2", "P-384");
  const auto single = KeySet::parse(key_set({rsa_key("r"), one.jwk()}));
  EXPECT_EQ(match(*single, "", "RS256"), Match::Found);
  EXPECT_EQ(match(*single, "", "ES256"), Match::Found);
  EXPECT_EQ(match(*single, "", "ES384"), Match::Unfit);
  const auto several = KeySet::parse(key_set({one.jwk(), two.jwk()}));
  EXPECT_EQ(match(*several, "", "ES256"), Match::Unfit);
  EXPECT_EQ(match(*several, "", "RS256"), Match::Unknown);
}

TEST(KeySet, TellsTwoKeysOfOneIdApartByTheirTypes) {
  const auto set = KeySet::parse(key_set({rsa_key("1"), MintKey::elliptic("1").jwk()}));
  ASSERT_TRUE(set);
  EXPECT_EQ(set->choose("1", *algorithm_named("RS256")).key->type(), KeyType::Rsa);
  EXPECT_EQ(set->choose("1", *algorithm_named("ES256")).key->type(), KeyType::EllipticCurve);
}

TEST(KeySet, NeverFailsOtherwiseThanByValueOnBrokenText) {
  const std::string good = key_set({MintKey::elliptic("1").jwk()});
  std::mt19937 random{20261125};
  for (int round = 0; round < 3000; ++round) {
    std::string text = good;
    for (int change = 0; change < 3; ++change) {
      text[random() % text.size()] = static_cast<char>(random() % 256);
    }
    const auto set = KeySet::parse(text);
    EXPECT_TRUE(set || set.error().kind == ErrorKind::Unavailable) << text;
  }
}

}  // namespace
}  // namespace peerlab::identity

#include "identity/token_verifier.h"

#include <gmock/gmock.h>

#include <atomic>
#include <boost/json.hpp>
#include <random>
#include <thread>
#include <vector>

#include "tests/support/test_issuer.h"
#include "tests/support/token_mint.h"

namespace peerlab::identity {
namespace {

namespace json = boost::json;
using namespace testing_support;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

constexpr Instant kNow{seconds{1'795'000'000}};
constexpr const char* kAudience = "https://peerlab.example";
constexpr const char* kSubject = "auth0|alice";

// An issuer with these keys, and who verifies its tokens.
struct Gate {
  explicit Gate(std::string published) : issuer{std::move(published)} {}
  Result<Bearer> verify(std::string_view token, Instant now = kNow) {
    return TokenVerifier{rules, keys}.verify(token, now);
  }
  json::object claims() const { return claims_of({issuer.url(), kAudience, kSubject}, kNow); }
  Text text(std::string header) const { return {std::move(header), json::serialize(claims())}; }

  TestIssuer issuer;
  http::Client client;
  SigningKeys keys{client, {.issuer = issuer.url()}};
  TokenRules rules{.issuer = issuer.url(), .audiences = {"another", kAudience}};
};

std::string outcome(const Result<Bearer>& subject) {
  if (!subject && subject.error().kind != ErrorKind::Unauthenticated) {
    return std::string{name_of(subject.error().kind)};
  }
  return subject ? "accepted" : subject.error().detail;
}

TEST(TokenVerifier, TakesRs256AndEs256AndTellsTheSubject) {
  const auto rsa = MintKey::rsa("r"), elliptic = MintKey::elliptic("e");
  Gate gate{key_set({rsa.jwk(), elliptic.jwk()})};
  for (const auto& token :
       {mint(rsa, "RS256", gate.claims()), mint(elliptic, "ES256", gate.claims())}) {
    const auto bearer = gate.verify(token);
    ASSERT_TRUE(bearer) << bearer.error().detail;
    EXPECT_EQ(bearer->subject.secret().reveal(), kSubject);
  }
}

TEST(TokenVerifier, ReadsTheClaimsOfAGoodSignature) {
  const auto key = MintKey::elliptic("e");
  Gate gate{key_set({key.jwk()})};
  const std::string token = mint(key, "ES256", gate.claims());
  EXPECT_EQ(outcome(gate.verify(token, kNow + seconds{3659})), "accepted");
  EXPECT_EQ(outcome(gate.verify(token, kNow + seconds{3660})), "the token has expired");
  json::object claims = gate.claims();
  claims["iss"] = "https://elsewhere.example/";
  EXPECT_EQ(outcome(gate.verify(mint(key, "ES256", claims))), "the token is from another issuer");
}

TEST(TokenVerifier, ReadsTheHeaderStrictly) {
  const auto key = MintKey::elliptic("e");
  Gate gate{key_set({key.jwk()})};
  constexpr auto kBroken = "the token's header is not a JSON object",
                 kType = "the token is of another type than JWT",
                 kExtension = "the token asks for an extension unknown here",
                 kAlgorithm = "the token is not signed in a way accepted here",
                 kUnknown = "the token's key is none of the issuer's";
  const std::vector<std::pair<const char*, const char*>> cases{
      {R"({"alg":"ES256","kid":"e"})", "accepted"},
      {R"({"alg":"ES256"})", "accepted"},
      {R"({"alg":"ES256","kid":"e","typ":"JWT"})", "accepted"},
      {R"({"alg":"ES256","kid":"e","typ":"jwt"})", "accepted"},
      {R"({"alg":"ES256","kid":"e","typ":"at+jwt"})", "accepted"},
      {R"({"alg":"ES256","kid":"e","typ":"application/AT+JWT"})", "accepted"},
      {R"({"alg":"ES256","kid":"e","jwk":{"kty":"oct","k":"AA"},"jku":"http://x"})", "accepted"},
      {R"({"alg":"ES256","kid":"e","typ":"JWE"})", kType},
      {R"({"alg":"ES256","kid":"e","typ":""})", kType},
      {R"({"alg":"ES256","kid":"e","typ":null})", kType},
      {R"({"alg":"ES256","kid":"e","crit":["exp"],"exp":1})", kExtension},
      {R"({"alg":"ES256","kid":"e","crit":[]})", kExtension},
      {R"({"alg":"ES256","kid":"f"})", kUnknown},
      {R"({"alg":"ES256","kid":7})", "the token's key id is no text"},
      {R"({"alg":"ES256","kid":null})", "the token's key id is no text"},
      {R"({"alg":"RS256","kid":"e"})", "the token's key is not for its algorithm"},
      {R"({"alg":"ES384","kid":"e"})", kAlgorithm},
      {R"({"alg":"es256","kid":"e"})", kAlgorithm},
      {R"({"alg":"none","kid":"e"})", kAlgorithm},
      {R"({"alg":"HS256","kid":"e"})", kAlgorithm},
      {R"({"alg":["ES256"],"kid":"e"})", kAlgorithm},
      {R"({"kid":"e"})", kAlgorithm},
      {R"({"alg":"none","alg":"ES256","kid":"e"})", kBroken},
      {R"(["ES256"])", kBroken},
      {"", kBroken},
      {"{", kBroken},
  };
  for (const auto& [header, expected] : cases) {
    EXPECT_EQ(outcome(gate.verify(mint(key, "ES256", gate.text(header)))), expected) << header;
  }
}

TEST(TokenVerifier, TakesAFurtherAlgorithmOnlyWhereItIsListed) {
  const auto rsa = MintKey::rsa("rsa");
  const auto p256 = MintKey::elliptic("256"), p384 = MintKey::elliptic("384", "P-384"),
             p521 = MintKey::elliptic("521", "P-521");
  Gate gate{key_set({rsa.jwk(), p256.jwk(), p384.jwk(), p521.jwk()})};
  const std::vector<std::pair<const char*, MintKey>> cases{
      {"RS256", rsa}, {"RS384", rsa},  {"RS512", rsa},  {"PS256", rsa}, {"PS384", rsa},
      {"PS512", rsa}, {"ES256", p256}, {"ES384", p384}, {"ES512", p521}};
  for (const auto& [listed, listed_key] : cases) {
    gate.rules.algorithms = {listed};
    for (const auto& [algorithm, key] : cases) {
      const std::string expected = std::string_view{algorithm} == listed
                                       ? "accepted"
                                       : "the token is not signed in a way accepted here";
      EXPECT_EQ(outcome(gate.verify(mint(key, algorithm, gate.claims()))), expected)
          << algorithm << " where listed is " << listed;
    }
  }
}

TEST(TokenVerifier, RefusesUnsignedAndHmacTokensEvenWhereTheyAreListed) {
  const auto key = MintKey::elliptic("e");
  const json::object symmetric{{"kty", "oct"}, {"kid", "o"}, {"k", base64url("secret")}};
  Gate gate{key_set({key.jwk(), symmetric})};
  gate.rules.algorithms = {"none", "None", "HS256", "", "ES256"};
  const std::string public_key = json::serialize(key.jwk());
  for (const char* const header :
       {R"({"alg":"none"})", R"({"alg":"None","kid":"e"})", R"({"alg":""})", R"({})",
        R"({"alg":"ES256","kid":"e"})", R"({"alg":"HS256","kid":"e"})",
        R"({"alg":"HS256","kid":"o"})", R"({"alg":"HS256"})"}) {
    const Text text = gate.text(header);
    EXPECT_FALSE(gate.verify(mint_unsigned(text))) << header;
    EXPECT_FALSE(gate.verify(mint_by_hmac(public_key, text))) << header;
    EXPECT_FALSE(gate.verify(mint_by_hmac("secret", text))) << header;
  }
}

TEST(TokenVerifier, RefusesTheSignatureOfAnotherKeyOfThatId) {
  const auto key = MintKey::elliptic("e"), impostor = MintKey::elliptic("e");
  Gate gate{key_set({key.jwk()})};
  EXPECT_EQ(outcome(gate.verify(mint(impostor, "ES256", gate.claims()))),
            "the token's signature is wrong");
}

TEST(TokenVerifier, TakesATokenWithoutKeyIdOnlyWhereOneKeyOfItsTypeIsPublished) {
  const auto one = MintKey::elliptic("1"), two = MintKey::elliptic("2");
  for (const bool alone : {true, false}) {
    Gate gate{alone ? key_set({one.jwk()}) : key_set({one.jwk(), two.jwk()})};
    EXPECT_EQ(outcome(gate.verify(mint(one, "ES256", gate.text(R"({"alg":"ES256"})")))),
              alone ? "accepted" : "the token's key is not for its algorithm");
  }
}

TEST(TokenVerifier, RefusesASignatureOfTheRightValueAndAnotherLength) {
  const auto rsa = MintKey::rsa("r");
  const auto elliptic = MintKey::elliptic("e");
  Gate gate{key_set({rsa.jwk(), elliptic.jwk()})};
  gate.rules.algorithms = {"PS256", "RS256", "ES256"};
  const std::string claims = base64url(json::serialize(gate.claims()));
  const auto es = base64url(R"({"alg":"ES256","kid":"e"})") + "." + claims;
  const std::string raw = elliptic.sign("ES256", es);
  const std::string padded = '\0' + raw.substr(0, 32) + '\0' + raw.substr(32);
  EXPECT_TRUE(gate.verify(es + "." + base64url(raw)));
  EXPECT_FALSE(gate.verify(es + "." + base64url(padded)));
  for (const char* const algorithm : {"PS256", "RS256"}) {
    const auto rs =
        base64url(json::serialize(json::object{{"alg", algorithm}, {"kid", "r"}})) + "." + claims;
    const std::string whole = rsa.sign(algorithm, rs);
    EXPECT_TRUE(gate.verify(rs + "." + base64url(whole)));
    for (const std::string& other : {'\0' + whole, whole + '\0', whole.substr(1),
                                     whole.substr(0, 1), std::string(256, '\0')}) {
      EXPECT_FALSE(gate.verify(rs + "." + base64url(other))) << algorithm << other.size();
    }
  }
}

TEST(TokenVerifier, VerifiesFromManyThreadsByOneKey) {
  const auto rsa = MintKey::rsa("r"), elliptic = MintKey::elliptic("e");
  Gate gate{key_set({rsa.jwk(), elliptic.jwk()})};
  const std::string tokens[] = {mint(rsa, "RS256", gate.claims()),
                                mint(elliptic, "ES256", gate.claims())};
  std::atomic<int> accepted = 0;
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&, thread] {
      for (int round = 0; round < 100; ++round) {
        accepted += gate.verify(tokens[(thread + round) % 2]) ? 1 : 0;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(accepted, 800);
}

TEST(TokenVerifier, RefusesATokenLongerThan8KiB) {
  const auto key = MintKey::elliptic("e");
  Gate gate{key_set({key.jwk()})};
  json::object claims = gate.claims();
  claims["roles"] = std::string(5000, 'a');
  EXPECT_EQ(outcome(gate.verify(mint(key, "ES256", claims))), "accepted");
  claims["roles"] = std::string(6000, 'a');
  EXPECT_EQ(outcome(gate.verify(mint(key, "ES256", claims))),
            "the token is longer than 8192 bytes");
}

// Every character changed to its neighbour in the alphabet, to one that is not of it and to
// nothing, and the last of each part to every other: there, lenient decoders ignore some bits.
TEST(TokenVerifier, VerifiesNoTokenThatDiffersInOneByte) {
  const std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const auto rsa = MintKey::rsa("r"), elliptic = MintKey::elliptic("e");
  Gate gate{key_set({rsa.jwk(), elliptic.jwk()})};
  const TokenVerifier remembering{gate.rules, gate.keys};
  for (const std::string& token :
       {mint(rsa, "RS256", gate.claims()), mint(elliptic, "ES256", gate.claims())}) {
    ASSERT_TRUE(remembering.verify(token, kNow));
    for (std::size_t at = 0; at < token.size(); ++at) {
      const bool last = at + 1 == token.size() || token[at + 1] == '.';
      const std::string others =
          last ? std::string{alphabet} + "=.+/ \n\0"
               : std::string{alphabet[(alphabet.find(token[at]) + 1) % 64], '+', '\x80'};
      for (const char other : others) {
        std::string changed = token;
        changed[at] = other;
        EXPECT_TRUE(changed == token || !remembering.verify(changed, kNow))
            << at << " to " << other;
      }
      EXPECT_FALSE(remembering.verify(std::string{token}.erase(at, 1), kNow)) << "without " << at;
    }
    for (const char* const more : {"=", ".", "A", "\n", " ", "=="}) {
      EXPECT_FALSE(remembering.verify(token + more, kNow)) << "with " << more;
      EXPECT_FALSE(remembering.verify(more + token, kNow)) << "behind " << more;
    }
  }
}

TEST(TokenVerifier, RefusesRandomTextAndNeverRepeatsIt) {
  const auto key = MintKey::elliptic("e");
  Gate gate{key_set({key.jwk()})};
  std::mt19937 random{20261125};
  const std::string_view pieces[] = {
      ".",   "..",  "eyJhbGciOiJFUzI1NiJ9", "e30", "eyJ9", "AAAA", "xyz", "=", "\xff\xfe", "\n",
      "W10", "-_-_"};
  for (int round = 0; round < 5000; ++round) {
    std::string text;
    for (std::size_t size = random() % 8; size > 0; --size) {
      text += pieces[random() % std::size(pieces)];
    }
    const auto subject = gate.verify(text);
    ASSERT_FALSE(subject) << text;
    ASSERT_EQ(subject.error().kind, ErrorKind::Unauthenticated) << text;
  }
}

TEST(TokenVerifier, PutsNoPartOfTheTokenIntoAnError) {
  const auto key = MintKey::elliptic("kid-of-alice");
  Gate gate{key_set({MintKey::elliptic("e").jwk()})};
  json::object claims = gate.claims();
  claims["iss"] = "issuer-of-alice";
  claims["aud"] = "audience-of-alice";
  const Text odd{R"({"alg":"ES256","typ":"of-alice","kid":"e"})", json::serialize(claims)};
  for (const auto& token : {mint(key, "ES256", claims), mint(key, "ES256", odd)}) {
    const auto subject = gate.verify(token);
    ASSERT_FALSE(subject);
    EXPECT_THAT(subject.error().detail + subject.error().cause, Not(HasSubstr("alice")));
  }
}

TEST(TokenVerifier, SaysUnavailableWhereTheIssuerCannotBeAskedForTheKey) {
  const auto key = MintKey::elliptic("e");
  Gate gate{key_set({key.jwk()})};
  gate.issuer.down(true);
  const auto subject = gate.verify(mint(key, "ES256", gate.claims()));
  ASSERT_FALSE(subject);
  EXPECT_EQ(subject.error().kind, ErrorKind::Unavailable);
  EXPECT_EQ(subject.error().retry_after, seconds{1});
}

}  // namespace
}  // namespace peerlab::identity

// What members' clients rely on when they are wrong, against the real program: the rows of the
// README's table that no other test here walks.
#include "tests/gateway/gateway_test.h"

namespace peerlab::testing_support {
namespace {

using http::Method;
namespace json = boost::json;

class ErrorRows : public GatewayTest {
 protected:
  http::ClientResponse info_with(const std::string& authorization) const {
    http::ClientRequest request;
    request.url = gateway_->url("/api/user/info");
    request.headers.add("Authorization", authorization);
    return client_.send(request).value();
  }
  std::string without_key_id() const {
    return mint(key_, "ES256",
                Text{R"({"alg":"ES256","typ":"JWT"})", json::serialize(claims("alice"))});
  }
};

TEST_F(ErrorRows, TheSchemeIsBearerWhateverItsCaseAndNothingElse) {
  start();
  const std::string alice = token("alice");
  for (const char* const scheme : {"Bearer ", "bearer ", "BEARER "}) {
    EXPECT_THAT(info_with(scheme + alice), Answers(200)) << scheme;
  }
  for (const std::string& authorization :
       {"Basic " + alice, std::string{"Bearer"}, std::string{"Bearer "}, alice}) {
    const auto refused = info_with(authorization);
    EXPECT_THAT(refused, Answers(401)) << authorization;
    EXPECT_TRUE(refused.headers.find("WWW-Authenticate"));
    EXPECT_EQ(object_in(refused).at("error"), 401);
  }
}

TEST_F(ErrorRows, AlgorithmsThatAreNotListedAreRefusedWhoeverSigned) {
  const MintKey rsa = MintKey::rsa("rsa"), p384 = MintKey::elliptic("p384", "P-384");
  issuer_.publish(key_set({key_.jwk(), rsa.jwk(), p384.jwk()}));
  start();
  EXPECT_THAT(info_with("Bearer " + mint(rsa, "RS256", claims("alice"))), Answers(200));
  for (const auto& [key, algorithm] : std::initializer_list<std::pair<MintKey, const char*>>{
           {rsa, "RS384"}, {rsa, "RS512"}, {rsa, "PS256"}, {p384, "ES384"}}) {
    EXPECT_THAT(info_with("Bearer " + mint(key, algorithm, claims("alice"))), Answers(401))
        << algorithm;
  }
}

TEST_F(ErrorRows, ATokenThatNamesNoKeyIsAcceptedOnlyWhereThereIsOneOfItsType) {
  start();
  EXPECT_THAT(info_with("Bearer " + without_key_id()), Answers(200));
  issuer_.publish(key_set({key_.jwk(), MintKey::elliptic("key-2").jwk()}));
  start();
  EXPECT_THAT(info_with("Bearer " + without_key_id()), Answers(401));
}

TEST_F(ErrorRows, ABodyIsJsonByAnyNameOfThat) {
  start({"--leases-per-member", "8"});
  for (const auto& [type, status] : std::initializer_list<std::pair<const char*, int>>{
           {"application/json; charset=utf-8", 200},
           {"application/merge-patch+json", 200},
           {"application/x-www-form-urlencoded", 415}}) {
    http::ClientRequest request;
    request.method = Method::Post;
    request.url = gateway_->url("/api/user/prefix");
    request.headers.add("Authorization", "Bearer " + token("alice"));
    request.headers.add("Content-Type", type);
    request.body = R"({"duration_hours":1})";
    EXPECT_THAT(client_.send(request).value(), Answers(status)) << type;
  }
}

}  // namespace
}  // namespace peerlab::testing_support

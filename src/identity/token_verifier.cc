#include "identity/token_verifier.h"

#include <algorithm>

#include "base/digest.h"
#include "identity/claims.h"
#include "identity/verification_key.h"
#include "identity/written_token.h"

namespace peerlab::identity {

TokenVerifier::TokenVerifier(TokenRules rules, SigningKeys& keys)
    : rules_{std::move(rules)}, keys_{keys} {}

Result<Bearer> TokenVerifier::verify(std::string_view text, Instant now) const {
  const ProvenTokens::Digest digest = private_hash(text);
  if (const auto known = proven_.find(digest)) {
    // A key that the issuer has withdrawn since, or published anew, vouches for nothing.
    const auto key = keys_.find(known->key_id, known->algorithm, now);
    if (key && *key == known->key) {
      auto good = check_times(known->claims.validity, rules_.leeway, now);
      if (!good) return fail(std::move(good.error()));
      return known->claims.bearer;
    }
  }
  auto proven = prove(text, now);
  if (!proven) return fail(std::move(proven.error()));
  Bearer bearer = proven->claims.bearer;
  proven_.keep(digest, *std::move(proven));
  return bearer;
}

Result<ProvenToken> TokenVerifier::prove(std::string_view text, Instant now) const {
  auto token = read_token(text);
  if (!token) return fail(token.error());
  const std::string_view algorithm = token->algorithm->name;
  if (std::ranges::find(rules_.algorithms, algorithm) == rules_.algorithms.end()) {
    return fail(ErrorKind::Unauthenticated, "the token is not signed in a way accepted here");
  }
  const auto key = keys_.find(token->key_id, algorithm, now);
  if (!key) return fail(key.error());
  if (!(*key)->signed_by_owner(*token)) {
    return fail(ErrorKind::Unauthenticated, "the token's signature is wrong");
  }
  auto claims = check_claims(token->claims, rules_, now);
  if (!claims) return fail(std::move(claims.error()));
  return ProvenToken{*std::move(claims), std::move(token->key_id), algorithm, *key};
}

}  // namespace peerlab::identity

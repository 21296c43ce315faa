#include "identity/token_verifier.h"

#include <algorithm>

#include "identity/claims.h"
#include "identity/verification_key.h"
#include "identity/written_token.h"

namespace peerlab::identity {

TokenVerifier::TokenVerifier(TokenRules rules, SigningKeys& keys)
    : rules_{std::move(rules)}, keys_{keys} {}

Result<Bearer> TokenVerifier::verify(std::string_view text, Instant now) const {
  const auto token = read_token(text);
  if (!token) return fail(token.error());
  if (std::ranges::find(rules_.algorithms, token->algorithm->name) == rules_.algorithms.end()) {
    return fail(ErrorKind::Unauthenticated, "the token is not signed in a way accepted here");
  }
  const auto key = keys_.find(token->key_id, token->algorithm->name, now);
  if (!key) return fail(key.error());
  if (!(*key)->signed_by_owner(*token)) {
    return fail(ErrorKind::Unauthenticated, "the token's signature is wrong");
  }
  return check_claims(token->claims, rules_, now);
}

}  // namespace peerlab::identity

// Who is asking: a bearer token (RFC 7519, signed as RFC 7515) to whom it was issued for.
#pragma once

#include <string_view>

#include "base/clock.h"
#include "identity/bearer.h"
#include "identity/proven_tokens.h"
#include "identity/signing_keys.h"
#include "identity/token_rules.h"

namespace peerlab::identity {

class TokenVerifier {
 public:
  // `keys` must outlive the verifier.
  TokenVerifier(TokenRules rules, SigningKeys& keys);

  // The bearer of a token that is valid at `now`.  Unauthenticated for everything wrong with the
  // token: the detail is for the member ("the token has expired"), and no part of the token is in
  // any error.  Unavailable, with retry_after, where its key is not known here and the issuer
  // cannot be asked.  A signature is checked once for as long as its key stays published
  // (ProvenTokens).  From any thread.
  [[nodiscard]] Result<Bearer> verify(std::string_view token, Instant now) const;

 private:
  [[nodiscard]] Result<ProvenToken> prove(std::string_view token, Instant now) const;

  TokenRules rules_;
  SigningKeys& keys_;
  mutable ProvenTokens proven_;
};

}  // namespace peerlab::identity

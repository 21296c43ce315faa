// What a token says about its bearer (RFC 7519, 4.1), once its signature is known to be good.
#pragma once

#include <string_view>

#include "base/clock.h"
#include "identity/bearer.h"
#include "identity/token_rules.h"

namespace peerlab::identity {

// The bearer, where issuer, audience and times are as the rules have it; else Unauthenticated.
// `exp` and `nbf` may have fractions and be of any size.  A claim of roles that is neither an array
// of texts nor one text, its words separated by spaces, says none.
[[nodiscard]] Result<Bearer> check_claims(std::string_view claims, const TokenRules& rules,
                                          Instant now);

}  // namespace peerlab::identity

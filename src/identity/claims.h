// What a token says about its bearer (RFC 7519, 4.1), once its signature is known to be good.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"
#include "identity/bearer.h"
#include "identity/token_rules.h"

namespace peerlab::identity {

// From when until when, in seconds since 1970: with fractions, and of any size.  A double holds
// every Instant exactly, and no number of a stranger's overflows it.
struct Validity {
  std::optional<double> not_before;
  double expires;
};

struct Claims {
  Bearer bearer;
  Validity validity;
};

// Where issuer, audience and times are as the rules have it; else Unauthenticated.  A claim of
// roles that is neither an array of texts nor one text, its words separated by spaces, says none.
[[nodiscard]] Result<Claims> check_claims(std::string_view claims, const TokenRules& rules,
                                          Instant now);

// The part of it that may come out otherwise at another time.
[[nodiscard]] Result<void> check_times(const Validity& validity, std::chrono::seconds leeway,
                                       Instant now);

}  // namespace peerlab::identity

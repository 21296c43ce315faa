#pragma once

#include <string>
#include <vector>

#include "domain/user_hash.h"

namespace peerlab::identity {

// Whom a token was issued for, and what the issuer says that person may do here.
struct Bearer {
  Subject subject;
  std::vector<std::string> roles =
      {};  // in the token's order; none without TokenRules::roles_claim
};

}  // namespace peerlab::identity

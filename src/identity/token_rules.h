#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace peerlab::identity {

// What the operator accepts.
struct TokenRules {
  std::string issuer;                  // compared to the letter, the last slash included
  std::vector<std::string> audiences;  // one of them must be the token's; empty: any audience
  std::vector<std::string> algorithms = {"RS256", "ES256"};
  std::chrono::seconds leeway{60};  // of `exp` and `nbf`
  std::string roles_claim = {};     // the claim that names the bearer's roles; empty: none does
};

}  // namespace peerlab::identity

// The signature algorithms by which a token can be checked (RFC 7518, 3.1).
#pragma once

#include <string_view>

namespace peerlab::identity {

enum class KeyType { Rsa, EllipticCurve };

struct Algorithm {
  std::string_view name;  // as a header's `alg` has it
  KeyType type;
  std::string_view curve;  // the one that an elliptic curve key must be on; empty for RSA
};

// One of RS, PS and ES with 256, 384 and 512; nullptr for every other name.  `none` and HMAC are
// not among them, so that no list of an operator's can let them in.
[[nodiscard]] const Algorithm* algorithm_named(std::string_view name);

}  // namespace peerlab::identity

#include "identity/algorithm.h"

#include <algorithm>
#include <array>

namespace peerlab::identity {
namespace {

constexpr std::array kAlgorithms{
    Algorithm{"RS256", KeyType::Rsa, ""},
    Algorithm{"RS384", KeyType::Rsa, ""},
    Algorithm{"RS512", KeyType::Rsa, ""},
    Algorithm{"PS256", KeyType::Rsa, ""},
    Algorithm{"PS384", KeyType::Rsa, ""},
    Algorithm{"PS512", KeyType::Rsa, ""},
    Algorithm{"ES256", KeyType::EllipticCurve, "P-256"},
    Algorithm{"ES384", KeyType::EllipticCurve, "P-384"},
    Algorithm{"ES512", KeyType::EllipticCurve, "P-521"},
};

}  // namespace

const Algorithm* algorithm_named(std::string_view name) {
  const auto* const found = std::ranges::find(kAlgorithms, name, &Algorithm::name);
  return found == kAlgorithms.end() ? nullptr : found;
}

}  // namespace peerlab::identity

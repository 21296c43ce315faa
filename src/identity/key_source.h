#pragma once

#include <chrono>
#include <string>

namespace peerlab::identity {

struct KeySource {
  std::string issuer;         // where discovery is asked: <issuer>/.well-known/openid-configuration
  std::string jwks_uri = {};  // instead of discovery
  std::chrono::seconds refetch_pause{30};     // between fetches that unknown key ids cause
  std::chrono::seconds refresh_after{3600};   // a key set older than this is fetched again
  std::chrono::milliseconds patience{5'000};  // for each of a fetch's one or two requests
};

}  // namespace peerlab::identity

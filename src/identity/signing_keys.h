// The issuer's public keys, by key id: fetched when first needed, kept while the issuer is down.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/client.h"

namespace peerlab::identity {

class VerificationKey;  // one public key that can check a signature

struct KeySource {
  std::string issuer;         // where discovery is asked: <issuer>.well-known/openid-configuration
  std::string jwks_uri = {};  // instead of discovery
  std::chrono::seconds refetch_pause{30};     // between fetches that unknown key ids cause
  std::chrono::seconds refresh_after{3600};   // a key set older than this is fetched again
  std::chrono::milliseconds patience{5'000};  // for one fetch
};

class SigningKeys {
 public:
  SigningKeys(const http::Client& client, KeySource source);  // the client must outlive it
  ~SigningKeys();
  SigningKeys(const SigningKeys&) = delete;
  SigningKeys& operator=(const SigningKeys&) = delete;

  // The key for this id and algorithm; an empty id means the only key of the algorithm's type.
  // However many threads ask at once, one fetch is made and all wait for it.  Unauthenticated where
  // the issuer has no such key, Unavailable (with retry_after) where it is not known here and the
  // issuer does not answer.
  [[nodiscard]] Result<std::shared_ptr<const VerificationKey>> find(std::string_view key_id,
                                                                    std::string_view algorithm,
                                                                    Instant now);

  // Has a key set ever been had?  For readiness.
  [[nodiscard]] bool known() const;

 private:
  class Store;
  std::unique_ptr<Store> store_;
};

}  // namespace peerlab::identity

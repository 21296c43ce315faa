// The issuer's public keys, by key id: fetched when first needed, kept while the issuer is down.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/clock.h"
#include "http/client.h"
#include "identity/key_source.h"

namespace peerlab::identity {

class VerificationKey;  // one public key that can check a signature

class SigningKeys {
 public:
  SigningKeys(const http::Client& client, KeySource source);  // the client must outlive it
  ~SigningKeys();                                             // waits for a fetch under way
  SigningKeys(const SigningKeys&) = delete;
  SigningKeys& operator=(const SigningKeys&) = delete;

  // The key for this id and algorithm; an empty id means the only key of the algorithm's type.
  // However many threads ask at once, one fetch is made and all wait for it; who asks for a key
  // that is known waits for none.  Unauthenticated where the issuer has no such key, Unavailable
  // (with retry_after) where it is not known here and the issuer does not answer: it is asked again
  // after a second, then two, four and so on up to the refetch pause.
  [[nodiscard]] Result<std::shared_ptr<const VerificationKey>> find(std::string_view key_id,
                                                                    std::string_view algorithm,
                                                                    Instant now);

  // Has a key set ever been had?  For readiness.
  [[nodiscard]] bool known() const;

  // How often the issuer was asked, by how that went.  For monitoring.
  struct Fetches {
    std::uint64_t answered = 0;
    std::uint64_t failed = 0;
  };
  [[nodiscard]] Fetches fetches() const;

 private:
  class Store;
  std::unique_ptr<Store> store_;
};

}  // namespace peerlab::identity

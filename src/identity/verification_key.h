// One public key of an issuer (RFC 7517), ready to check signatures.
#pragma once

#include <cjose/jwk.h>

#include <boost/json/fwd.hpp>
#include <memory>
#include <string>

#include "identity/algorithm.h"
#include "identity/written_token.h"

namespace peerlab::identity {

class VerificationKey {
 public:
  // nullptr for what this platform cannot or must not use: a key for encryption, of a type or curve
  // unknown here, an RSA key below 2048 bits (RFC 7518, 3.3), or a broken one.
  static std::shared_ptr<const VerificationKey> parse(const boost::json::value& jwk);

  [[nodiscard]] const std::string& id() const { return id_; }  // empty where the key has no `kid`
  [[nodiscard]] KeyType type() const { return type_; }

  // May this key check signatures of this algorithm: by its type, its curve, and its own `alg`?
  [[nodiscard]] bool fits(const Algorithm& algorithm) const;

  // Was the token signed by this key's owner?  The key must fit the token's algorithm.  From any
  // thread.
  [[nodiscard]] bool signed_by_owner(const WrittenToken& token) const;

 private:
  struct Release {
    void operator()(cjose_jwk_t* key) const { cjose_jwk_release(key); }
  };
  using Key = std::unique_ptr<cjose_jwk_t, Release>;

  VerificationKey() = default;

  std::string id_;
  KeyType type_ = KeyType::Rsa;
  std::string curve_;
  std::string only_algorithm_;  // empty: every one that fits the type
  std::size_t signature_size_ = 0;
  Key key_;
};

}  // namespace peerlab::identity

// Makes the tokens of a test, good ones and bad ones: keys of every type, any header and claims,
// signed by any algorithm.  It signs by OpenSSL itself, so that it shares no mistake with the
// library by which the platform verifies.
#pragma once

#include <boost/json/object.hpp>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace peerlab::testing_support {

// A key pair of an issuer; copies are the same pair.
class MintKey {
 public:
  static MintKey rsa(std::string id);                                         // of 2048 bits
  static MintKey elliptic(std::string id, std::string_view curve = "P-256");  // or P-384, P-521

  [[nodiscard]] const std::string& id() const { return id_; }

  // The public half as a key set has it: kty, kid (unless empty), use "sig", and the numbers.
  [[nodiscard]] boost::json::object jwk() const;

  // RS, PS or ES with 256, 384 or 512, as raw bytes.  Throws where the key cannot.
  [[nodiscard]] std::string sign(std::string_view algorithm, std::string_view bytes) const;

 private:
  struct Pair;
  MintKey(std::string id, std::shared_ptr<const Pair> pair);
  std::string id_;
  std::shared_ptr<const Pair> pair_;
};

// {"keys":[...]}
[[nodiscard]] std::string key_set(std::initializer_list<boost::json::object> jwks);

// iss, aud, sub, iat now and exp in an hour.
struct Bearer {
  std::string issuer;
  std::string audience;
  std::string subject;
};
[[nodiscard]] boost::json::object claims_of(const Bearer& bearer, Instant now);

// The header is {"alg","typ":"JWT","kid"}.
[[nodiscard]] std::string mint(const MintKey& key, std::string_view algorithm,
                               const boost::json::object& claims);

// To the letter, be it JSON or not.  The algorithm is what signs, whatever the header says.
struct Text {
  std::string header;
  std::string claims;
};
[[nodiscard]] std::string mint(const MintKey& key, std::string_view algorithm, const Text& text);
[[nodiscard]] std::string mint_unsigned(const Text& text);  // as `alg: none` has it
[[nodiscard]] std::string mint_by_hmac(std::string_view secret, const Text& text);  // HS256

[[nodiscard]] std::string base64url(std::string_view bytes);

}  // namespace peerlab::testing_support

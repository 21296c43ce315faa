// The keys that an issuer publishes (RFC 7517, 5).
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "identity/verification_key.h"

namespace peerlab::identity {

class KeySet {
 public:
  KeySet() = default;  // holds no key

  // Keys that cannot be used here are passed over.  Unavailable where the text is no key set or
  // nothing in it can be used: the issuer has then not answered the question.
  static Result<KeySet> parse(std::string_view text);

  enum class Match { Found, Unknown, Unfit };
  struct Choice {
    Match match;
    std::shared_ptr<const VerificationKey> key;  // where found
  };
  // By its id; an empty id means the only key of the algorithm's type.  Unfit where the issuer has
  // what was asked for and it may not be used: a key for another algorithm, or several to choose
  // from.
  [[nodiscard]] Choice choose(std::string_view key_id, const Algorithm& algorithm) const;

  [[nodiscard]] bool empty() const { return keys_.empty(); }

 private:
  std::vector<std::shared_ptr<const VerificationKey>> keys_;
};

}  // namespace peerlab::identity

// A token as it is written (RFC 7515, 7.1): taken apart and decoded, and not yet believed.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "identity/algorithm.h"

namespace peerlab::identity {

struct WrittenToken {
  std::string_view text;       // all of it, as it came
  const Algorithm* algorithm;  // never null
  std::string key_id;          // empty where the header has no `kid`
  std::string claims;          // JSON, or not: nobody has vouched for it
  std::size_t signature_size;  // bytes
};

// Unauthenticated where the text is no signed token of at most 8 KiB in the one way to write its
// bytes, or its header asks for what is not done here (`crit`, RFC 7515, 4.1.11).  The result
// points into the text.
[[nodiscard]] Result<WrittenToken> read_token(std::string_view text);

}  // namespace peerlab::identity

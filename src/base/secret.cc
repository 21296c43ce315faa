#include "base/secret.h"

#include <sodium.h>

namespace peerlab {

bool Secret::equals(const Secret& other) const {
  return text_.size() == other.text_.size() &&
         sodium_memcmp(text_.data(), other.text_.data(), text_.size()) == 0;
}

}  // namespace peerlab

#pragma once

#include "base/clock.h"
#include "domain/asn.h"
#include "domain/prefix48.h"

namespace peerlab::rpki {

// The world may hear this /48, and nothing longer, from this AS (RFC 6482); no longer than `until`.
struct Roa {
  Prefix48 prefix;
  Asn origin;
  Instant until;
  bool operator==(const Roa&) const = default;
};

}  // namespace peerlab::rpki

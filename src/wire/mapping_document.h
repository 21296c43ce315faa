// GET /service/mappings, both ends (COMPAT.md 2).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/mapping.h"
#include "domain/skipped.h"

namespace peerlab::wire {

// {"mappings":[{user_hash,user_id,email,asn,prefixes,leases,provider_id,overlay_user_ids}]}, by
// user hash.
[[nodiscard]] std::string encode(const std::vector<Mapping>& mappings);
[[nodiscard]] std::string encode(const Mapping& mapping);

// Malformed or Unprocessable where the whole is no mappings document; one odd record is skipped
// with its reason, a bad prefix leaves its mapping standing.  `leases` rules where present (an
// unreadable end grants nothing); `prefixes` alone serves older gateways.
[[nodiscard]] Result<Readable<Mapping>> parse_mappings(std::string_view text);

}  // namespace peerlab::wire

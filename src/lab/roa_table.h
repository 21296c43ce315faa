// Public RPKI in the lab: ROAs for origins of the upstream's table, as the JSON that validators
// write and stayrtr reads.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "lab/plan.h"
#include "lab/world_table.h"

namespace peerlab::lab {

struct Roa {
  Ipv6Prefix prefix;  // and nothing longer
  Asn origin;
};

// Who originates nothing here: a ROA of this AS makes a prefix invalid.
inline constexpr std::uint32_t kNobodysAs = 64499;  // RFC 5398

// One for each route; every fiftieth names kNobodysAs, so that its route is invalid.
[[nodiscard]] std::vector<Roa> roas_of(const std::vector<OriginRoute>& routes);

// The document, one ROA a line; and the same with one more.
[[nodiscard]] std::string render_roas(const std::vector<Roa>& roas);
[[nodiscard]] std::string with_roa(const std::string& document, const Roa& roa);

// The prefixes whose ROA names kNobodysAs.
[[nodiscard]] std::vector<std::string> invalid_prefixes(std::string_view document);

}  // namespace peerlab::lab

// GET /api/prefixes/{prefix}/holder, both ends: who held a /48 at an instant, without naming
// anybody.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/asn.h"
#include "domain/lease.h"

namespace peerlab::wire {

struct Held {
  std::uint64_t member;  // a number that means nothing outside the audit trail
  Asn asn;
  LeaseWindow window;
  bool operator==(const Held&) const = default;
};

struct Holder {
  Prefix48 prefix;
  Instant at;
  std::optional<Held> held = {};  // nullopt: nobody
};
[[nodiscard]] std::string encode(const Holder& holder);
[[nodiscard]] Result<Holder> parse_holder(std::string_view text);

}  // namespace peerlab::wire

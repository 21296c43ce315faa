// Time is an argument (STYLE.md 4): a clock is read once per request, at the rim.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace peerlab {

// Whole seconds of UTC: the platform's one resolution for leases, tokens and facts.
using Instant = std::chrono::sys_seconds;

class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() const = 0;
};

// The machine's clock.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override;
};

// RFC 3339 with a numeric offset and no fraction, e.g. 2026-11-23T14:06:44+00:00 (COMPAT.md 1).
[[nodiscard]] std::string rfc3339(Instant instant);

// Reads RFC 3339 with `Z` or any numeric offset; a fraction of a second is cut off, towards the
// past.
[[nodiscard]] Result<Instant> parse_rfc3339(std::string_view text);

}  // namespace peerlab

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace peerlab::http {

// IMF-fixdate, e.g. "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7).
[[nodiscard]] std::string http_date(Instant instant);

// Reads IMF-fixdate and none of its two obsolete spellings, which no server of today sends.
[[nodiscard]] std::optional<Instant> parse_http_date(std::string_view text);

}  // namespace peerlab::http

// What may stand in a header field (RFC 9110, 5.1 and 5.5), for both directions.
#pragma once

#include <string_view>

#include "http/headers.h"

namespace peerlab::http {

[[nodiscard]] bool is_token(std::string_view name);
// A name that is a token and a value without control characters: it cannot start a field of its
// own.
[[nodiscard]] bool is_safe(const Header& field);

}  // namespace peerlab::http

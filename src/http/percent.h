// Percent-encoding (RFC 3986) and forms (application/x-www-form-urlencoded).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace peerlab::http {

struct Parameter;

enum class Plus { IsItself, IsBlank };

// Malformed where a '%' is not followed by two hexadecimal digits or the decoded bytes are not
// UTF-8.
[[nodiscard]] Result<std::string> percent_decode(std::string_view text, Plus plus);

// Everything but RFC 3986's unreserved characters becomes %XX: safe as one path segment or one
// query value.
[[nodiscard]] std::string percent_encode(std::string_view text);

// name=value&name=value, percent-encoded: what OAuth's endpoints take.
[[nodiscard]] std::string form_encode(const std::vector<Parameter>& parameters);

// RFC 3629: no overlong form, no surrogate, nothing above U+10FFFF.
[[nodiscard]] bool is_utf8(std::string_view bytes);

}  // namespace peerlab::http

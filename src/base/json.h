// JSON in, strictly: RFC 8259, UTF-8, one value, depth at most 32, no member named twice.
#pragma once

#include <boost/json/fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace peerlab {

// Malformed where the text is no JSON; Unprocessable where an object names a member twice
// (Boost.JSON alone keeps the last one silently).  The detail says where.
[[nodiscard]] Result<boost::json::value> parse_json(std::string_view text);

// The first name that an object of the text uses twice: what parse_json refused, for a pointer to
// it.
[[nodiscard]] std::optional<std::string> name_used_twice(std::string_view text);

// The member as text, number or nothing: nullopt where it is absent, null or of another type.
[[nodiscard]] std::optional<std::string> text_member(const boost::json::object& object,
                                                     std::string_view name);
[[nodiscard]] std::optional<std::int64_t> integer_member(const boost::json::object& object,
                                                         std::string_view name);

}  // namespace peerlab

// What a path or a query names, read; 400 where it is none.
#pragma once

#include <string_view>
#include <tl/expected.hpp>

#include "domain/prefix48.h"
#include "domain/user_hash.h"
#include "gateway/refused.h"

namespace peerlab::gateway {

// "Invalid prefix format" (COMPAT.md 1).
[[nodiscard]] tl::expected<Prefix48, Refused> prefix_named(std::string_view text);
[[nodiscard]] tl::expected<UserHash, Refused> member_named(std::string_view text);

}  // namespace peerlab::gateway

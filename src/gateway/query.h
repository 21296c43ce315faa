// Parameters of a request's query.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <tl/expected.hpp>

#include "gateway/refused.h"
#include "http/request.h"

namespace peerlab::gateway {

// Ids and positions that every reader of JSON can hold.
inline constexpr std::uint64_t kLastId = std::numeric_limits<std::int64_t>::max();

// A whole number of the query from 1 to `most`; nullopt where it is not there.
[[nodiscard]] tl::expected<std::optional<std::uint64_t>, Refused> number_asked_for(
    const http::Request& request, std::string_view name, std::uint64_t most);

// How much of a list is wanted at once, 1 to kRowsMost.
inline constexpr std::uint64_t kRowsMost = 1000;
[[nodiscard]] tl::expected<std::size_t, Refused> limit_asked_for(const http::Request& request,
                                                                 std::uint64_t usually);

}  // namespace peerlab::gateway

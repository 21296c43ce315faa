#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace peerlab::gateway {

// The one of `known` that who wrote `name` meant: at most half of its letters differ.
[[nodiscard]] std::optional<std::string> nearest(std::string_view name,
                                                 const std::vector<std::string>& known);

}  // namespace peerlab::gateway

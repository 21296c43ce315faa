// The route table.  A list is an audience: an endpoint for members does not fit into the list of
// agents, nor an endpoint that asks for neither into theirs.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gateway/endpoints.h"

namespace peerlab::gateway {

template <class... Audience>
struct Route {
  http::Method method;
  std::string_view pattern;  // a segment in braces stands for any one segment that is not empty
  // Which of the two says whether it may wait: Patient.
  std::variant<Answer (*)(const Call&, const Audience&...),
               Settled (*)(const Call&, const Audience&...)>
      endpoint;
};

[[nodiscard]] std::span<const Route<Member>> member_routes();
[[nodiscard]] std::span<const Route<Operator>> operator_routes();
[[nodiscard]] std::span<const Route<Agent>> agent_routes();
[[nodiscard]] std::span<const Route<>> public_routes();

// What stands in the place of the pattern's braces, empty where it has none; nullopt where the path
// is another.
[[nodiscard]] std::optional<std::string_view> match(std::string_view pattern,
                                                    std::span<const std::string> segments);

}  // namespace peerlab::gateway

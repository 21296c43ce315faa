#include "gateway/query.h"

#include <fmt/format.h>

#include "base/text.h"

namespace peerlab::gateway {

tl::expected<std::optional<std::uint64_t>, Refused> number_asked_for(const http::Request& request,
                                                                     std::string_view name,
                                                                     std::uint64_t most) {
  const auto said = request.parameter(name);
  if (!said) return std::nullopt;
  const auto number = parse_decimal<std::uint64_t>(*said);
  if (number && 1 <= *number && *number <= most) return number;
  return refuse(wire::ProblemType::ValueNotAllowed, "",
                fmt::format("'{}' takes a whole number from 1 to {}", name, most));
}

tl::expected<std::size_t, Refused> limit_asked_for(const http::Request& request,
                                                   std::uint64_t usually) {
  const auto limit = number_asked_for(request, "limit", kRowsMost);
  if (!limit) return Refusing{limit.error()};
  return static_cast<std::size_t>(limit->value_or(usually));
}

}  // namespace peerlab::gateway

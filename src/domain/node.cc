#include "domain/node.h"

#include <fmt/format.h>

#include "base/text.h"

namespace peerlab {

Result<NodeId> NodeId::make(std::uint64_t number) {
  if (number >= 1 && number < (1U << 24U)) return NodeId{static_cast<std::uint32_t>(number)};
  return fail(ErrorKind::OutOfRange, fmt::format("node id {} is not within 1 to 16777215", number));
}

Result<NodeId> NodeId::parse(std::string_view text) {
  const auto number = parse_decimal<std::uint64_t>(text);
  if (number) return make(*number);
  return fail(ErrorKind::Malformed, fmt::format("'{}' is no node id", printable(text)));
}

}  // namespace peerlab

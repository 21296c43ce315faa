#include "domain/chain.h"

#include <fmt/format.h>

#include "base/digest.h"

namespace peerlab {

std::string first_link() { return std::string(64, '0'); }

std::string link_after(std::string_view previous_link, std::string_view line) {
  return sha256_hex(fmt::format("{}\n{}\n", previous_link, line));
}

void Chain::follow(std::uint64_t position, std::string_view link,
                   const std::optional<std::string>& line) {
  const bool follows = position == length + 1 && line && link == link_after(head, *line);
  if (!follows && !first_broken) first_broken = length + 1;
  length = position;
  head = link;
}

}  // namespace peerlab

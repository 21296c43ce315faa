// How what happened is chained: each link is made of all before it, so that nothing in the middle
// can be changed, removed or put in without a trace (decision 17).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace peerlab {

// What stands before the first link: 64 zeros.
[[nodiscard]] std::string first_link();

// SHA-256, in hexadecimal, of the previous link and the line it is to seal, each ended by LF.
[[nodiscard]] std::string link_after(std::string_view previous_link, std::string_view line);

// A chain as far as it was read and recomputed; whoever reads it trusts nobody's word about it.
struct Chain {
  std::uint64_t length = 0;
  std::string head = first_link();  // who wrote it down elsewhere notices a chain cut short
  std::optional<std::uint64_t> first_broken = {};  // the position where it is not what was sealed

  // The next one that is there; no line where what it sealed is gone, or cannot be read.
  void follow(std::uint64_t position, std::string_view link,
              const std::optional<std::string>& line);
};

}  // namespace peerlab

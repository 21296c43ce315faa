#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/prefix48.h"

namespace peerlab {

// The /48s that may be leased: blocks of length 16..48, sorted and disjoint.
class PrefixPool {
 public:
  // Refuses an empty list, other lengths, and blocks that overlap (naming both).
  static Result<PrefixPool> make(std::vector<Ipv6Prefix> blocks);
  // One block a line, `#` and blank lines skipped; an error names the line (COMPAT.md 3).
  static Result<PrefixPool> parse_file(std::string_view text);

  [[nodiscard]] const std::vector<Ipv6Prefix>& blocks() const { return blocks_; }
  [[nodiscard]] std::uint64_t size() const { return size_; }  // how many /48s
  [[nodiscard]] Prefix48 at(std::uint64_t index) const;       // index < size()
  [[nodiscard]] std::optional<std::uint64_t> index_of(const Prefix48& prefix) const;
  [[nodiscard]] bool contains(const Prefix48& prefix) const { return index_of(prefix).has_value(); }
  [[nodiscard]] bool overlaps(const Ipv6Prefix& prefix) const;
  bool operator==(const PrefixPool&) const = default;

 private:
  explicit PrefixPool(std::vector<Ipv6Prefix> blocks);
  std::vector<Ipv6Prefix> blocks_;
  std::uint64_t size_ = 0;
};

}  // namespace peerlab

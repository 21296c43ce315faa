#include "domain/prefix_pool.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <set>

#include "base/text.h"

namespace peerlab {
namespace {

std::uint64_t count_of(const Ipv6Prefix& block) {
  return std::uint64_t{1} << (48U - block.length());
}

std::uint64_t first_of(const Ipv6Prefix& block) { return Prefix48::first_of(block).network(); }

// Disjoint blocks and where each was written.  Among them only the neighbour before a prefix can
// hold it, and those that it holds follow it at once.
class Disjoint {
 public:
  // The place of the first written that overlaps `prefix`.
  [[nodiscard]] std::optional<std::size_t> first_with(const Ipv6Prefix& prefix) const {
    const auto after = sorted_.lower_bound({prefix, 0});
    if (after != sorted_.begin() && std::prev(after)->first.overlaps(prefix)) {
      return std::prev(after)->second;
    }
    std::optional<std::size_t> first;
    for (auto it = after; it != sorted_.end() && it->first.overlaps(prefix); ++it) {
      first = std::min(first.value_or(it->second), it->second);
    }
    return first;
  }
  void add(const Ipv6Prefix& prefix, std::size_t place) { sorted_.emplace(prefix, place); }

 private:
  std::set<std::pair<Ipv6Prefix, std::size_t>> sorted_;
};

// A /48 with host bits gets Prefix48's advice, other lengths the general one.
Result<Ipv6Prefix> parse_block(std::string_view text) {
  if (text.size() < 3 || text.substr(text.size() - 3) != "/48") return Ipv6Prefix::parse(text);
  const Result<Prefix48> exact = Prefix48::parse(text);
  return exact ? Result<Ipv6Prefix>{exact->prefix()} : fail(exact.error());
}

}  // namespace

PrefixPool::PrefixPool(std::vector<Ipv6Prefix> blocks) : blocks_{std::move(blocks)} {
  for (const Ipv6Prefix& block : blocks_) size_ += count_of(block);
}

Result<PrefixPool> PrefixPool::make(std::vector<Ipv6Prefix> blocks) {
  if (blocks.empty()) {
    return fail(ErrorKind::OutOfRange, "the prefix pool is empty: name at least one block");
  }
  for (const Ipv6Prefix& block : blocks) {
    if (block.length() < 16 || block.length() > 48) {
      return fail(ErrorKind::OutOfRange,
                  fmt::format("{} cannot be a pool block: its length must be "
                              "16 to 48, since leases are /48",
                              block.text()));
    }
  }
  std::sort(blocks.begin(), blocks.end());
  for (std::size_t i = 1; i < blocks.size(); ++i) {
    if (blocks[i - 1].overlaps(blocks[i])) {
      return fail(ErrorKind::Conflict, fmt::format("the pool's blocks {} and {} overlap",
                                                   blocks[i - 1].text(), blocks[i].text()));
    }
  }
  return PrefixPool{std::move(blocks)};
}

Result<PrefixPool> PrefixPool::parse_file(std::string_view text) {
  std::vector<Ipv6Prefix> blocks;
  Disjoint before;
  std::size_t number = 0;
  for (const std::string_view line : split(text, '\n')) {
    ++number;
    const std::string_view block = trim(line.substr(0, line.find('#')));
    if (block.empty()) continue;
    const Result<Ipv6Prefix> prefix = parse_block(block);
    if (!prefix) {
      return fail(prefix.error().kind, fmt::format("line {}: {}", number, prefix.error().detail));
    }
    if (const auto other = before.first_with(*prefix)) {
      return fail(ErrorKind::Conflict, fmt::format("line {}: {} overlaps {} of an earlier line",
                                                   number, prefix->text(), blocks[*other].text()));
    }
    if (prefix->length() < 16 || prefix->length() > 48) {
      return fail(ErrorKind::OutOfRange,
                  fmt::format("line {}: {} is no pool block: lengths 16 to 48 are", number,
                              prefix->text()));
    }
    before.add(*prefix, blocks.size());
    blocks.push_back(*prefix);
  }
  return make(std::move(blocks));
}

Prefix48 PrefixPool::at(std::uint64_t index) const {
  for (const Ipv6Prefix& block : blocks_) {
    if (index < count_of(block)) return Prefix48::from_network(first_of(block) + index);
    index -= count_of(block);
  }
  assert(false && "index < size()");
  return Prefix48::from_network(first_of(blocks_.front()));
}

std::optional<std::uint64_t> PrefixPool::index_of(const Prefix48& prefix) const {
  std::uint64_t before = 0;
  for (const Ipv6Prefix& block : blocks_) {
    const std::uint64_t first = first_of(block);
    if (first <= prefix.network() && prefix.network() - first < count_of(block)) {
      return before + (prefix.network() - first);
    }
    before += count_of(block);
  }
  return std::nullopt;
}

bool PrefixPool::overlaps(const Ipv6Prefix& prefix) const {
  return std::any_of(blocks_.begin(), blocks_.end(),
                     [&](const Ipv6Prefix& block) { return block.overlaps(prefix); });
}

}  // namespace peerlab

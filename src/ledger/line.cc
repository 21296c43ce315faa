#include "ledger/line.h"

#include <algorithm>

#include "base/digest.h"

namespace peerlab::line {

using allocation::UsedPrefix;

std::string name_of(const PrefixPool& pool) {
  std::string blocks;
  for (const Ipv6Prefix& block : pool.blocks()) blocks += block.text() + "\n";
  return sha256_hex(blocks);
}

Instant kept_no_longer_from(Instant free_from, const AllocationRules& rules) {
  return allocation::anybodys_from(free_from, rules) + kKept;
}

std::optional<Prefix48> choose(ByRest by_rest, std::uint64_t ahead, const AllocationRules& rules,
                               Instant now) {
  const auto for_anybody = [&](const UsedPrefix& used) {
    return allocation::anybodys_from(used.free_from, rules) <= now;
  };
  const auto free = std::ranges::count_if(by_rest, for_anybody);
  if (free == 0) return std::nullopt;
  const UsedPrefix& first = by_rest.front();
  const bool kept_long_enough = kept_no_longer_from(first.free_from, rules) <= now;
  const bool enough = static_cast<std::uint64_t>(free) > ahead;
  return kept_long_enough || enough ? std::optional{first.prefix} : std::nullopt;
}

std::optional<Instant> expected_turn(ByRest by_rest, std::uint64_t ahead,
                                     const std::optional<Instant>& own,
                                     const AllocationRules& rules, Instant now) {
  if (by_rest.empty()) return own;
  const bool one_for_each = by_rest.size() > ahead;
  const UsedPrefix& last = one_for_each ? by_rest[ahead] : by_rest.back();
  Instant turn = allocation::anybodys_from(last.free_from, rules);
  // All are free and kept for others: the first is anybody's then.
  if (!one_for_each && turn <= now) turn = kept_no_longer_from(by_rest.front().free_from, rules);
  return own ? std::min(turn, *own) : turn;
}

Instant kept_until(const std::optional<Instant>& turn, Instant now) {
  return std::max(now, turn.value_or(now)) + kKept;
}

}  // namespace peerlab::line

// The line of a pool that has nothing free: who was refused waits in it and comes before whoever
// asks later.  What every store decides alike.
#pragma once

#include <span>
#include <string>

#include "ledger/allocation.h"

namespace peerlab::line {

// A /48 that may be leased again is kept so long for those who wait, and a place so long for whose
// turn has come.
inline constexpr std::chrono::minutes kKept{10};

// When a /48 that is free since (or from) then is kept for the line no longer.
[[nodiscard]] Instant kept_no_longer_from(Instant free_from, const AllocationRules& rules);

// A pool's line: of these very blocks.  64 hexadecimal digits.
[[nodiscard]] std::string name_of(const PrefixPool& pool);

// /48s of one pool that were leased before, the longest rested first: as many as are asked for, or
// all there are.
using ByRest = std::span<const allocation::UsedPrefix>;

// The /48 for somebody behind `ahead` others, of the first ahead + 1.  Nothing where those that
// anybody may lease now are no more than the others need; but for one that was kept long enough.
[[nodiscard]] std::optional<Prefix48> choose(ByRest by_rest, std::uint64_t ahead,
                                             const AllocationRules& rules, Instant now);

// When there is a /48 for somebody behind `ahead` others, should each of them take one and none
// come back early, of the first ahead + 1.  `own`: since when the earliest that is its alone
// (allocation::only_its_holders) is free, or will be.  Nothing where nothing was ever leased.
[[nodiscard]] std::optional<Instant> expected_turn(ByRest by_rest, std::uint64_t ahead,
                                                   const std::optional<Instant>& own,
                                                   const AllocationRules& rules, Instant now);

// Until when the place is kept for somebody who asks now.
[[nodiscard]] Instant kept_until(const std::optional<Instant>& turn, Instant now);

}  // namespace peerlab::line

// Choosing what is free: statements whose cost does not grow with how much is taken.
#pragma once

#include "ledger/allocation.h"
#include "ledger/sqlite/connection.h"

namespace peerlab::sqlite {

// The lowest free ASN of the pool, or nothing.
[[nodiscard]] Result<std::optional<Asn>> choose_asn(Connection& connection, const AsnRange& pool);

// One's own that nobody else may have yet; never used in pool order; else what the line leaves, or
// where it is empty the longest rested, one's own, whatever has rested the floor.
[[nodiscard]] Result<std::optional<Prefix48>> choose_prefix(Connection& connection,
                                                            const UserHash& holder,
                                                            const AllocationRules& rules,
                                                            Instant now);

// When asking may help: one frees for this member, or is kept no longer for those ahead in line.
[[nodiscard]] Result<std::optional<Instant>> next_free(Connection& connection,
                                                       const UserHash& holder,
                                                       const AllocationRules& rules, Instant now);

// Of the pool's that were leased before, `most` at most: the longest rested first.
[[nodiscard]] Result<std::vector<allocation::UsedPrefix>> longest_rested(Connection& connection,
                                                                         const PrefixPool& pool,
                                                                         std::uint64_t most);

// Of this holder's in the pool the first that is free after `after`.
[[nodiscard]] Result<std::optional<allocation::UsedPrefix>> own_longest_free(Connection& connection,
                                                                             const PrefixPool& pool,
                                                                             const UserHash& holder,
                                                                             Instant after);

}  // namespace peerlab::sqlite

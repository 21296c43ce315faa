// The lines of pools that have nothing free (Ledger::place_of).
#pragma once

#include "ledger/ledger.h"
#include "ledger/sqlite/connection.h"

namespace peerlab::sqlite {

// How many others come before this member in the pool's line; where it is not in it, all.
[[nodiscard]] Result<std::uint64_t> ahead_of(Connection& connection, const UserHash& holder,
                                             const PrefixPool& pool, Instant now);

// What the line leaves to somebody behind `ahead` others (line::choose).
[[nodiscard]] Result<std::optional<Prefix48>> choose_in_line(Connection& connection,
                                                             std::uint64_t ahead,
                                                             const AllocationRules& rules,
                                                             Instant now);

// Within a transaction of the writer: the member is in the line from now on, or its place is kept
// for longer.  Some places that lapsed go on the way, more than one for each that comes.
[[nodiscard]] Result<void> stand_in_line(Connection& connection, const UserHash& holder,
                                         const AllocationRules& rules, Instant now);
// The same, out of every line.
[[nodiscard]] Result<void> leave_all_lines(Connection& connection, const UserHash& holder);

[[nodiscard]] Result<bool> waits(Connection& connection, const UserHash& holder, Instant now);
[[nodiscard]] Result<std::optional<Place>> place_of(Connection& connection, const UserHash& holder,
                                                    const AllocationRules& rules, Instant now);
[[nodiscard]] Result<std::uint64_t> waiting_for(Connection& connection, const PrefixPool& pool,
                                                Instant now);

}  // namespace peerlab::sqlite

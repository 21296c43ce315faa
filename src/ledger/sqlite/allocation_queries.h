// Choosing what is free: statements whose cost does not grow with how much is taken.
#pragma once

#include "ledger/ledger.h"
#include "ledger/sqlite/connection.h"

namespace peerlab::sqlite {

// The lowest free ASN of the pool, or nothing.
[[nodiscard]] Result<std::optional<Asn>> choose_asn(Connection& connection, const AsnRange& pool);

// Never used in pool order; else the longest rested; else one's own; else whatever has rested the
// floor.  Exhausted with retry_after when there is none.
[[nodiscard]] Result<Prefix48> choose_prefix(Connection& connection, const UserHash& holder,
                                             const AllocationRules& rules, Instant now);

}  // namespace peerlab::sqlite

#pragma once

#include <variant>

#include "base/seal.h"
#include "ledger/ledger.h"
#include "ledger/sqlite/connection.h"

namespace peerlab::sqlite {

// The refusal of an empty pool is kept like a grant: whoever got it stands in line.
using LeaseOutcome = std::variant<LeaseGrant, Error>;

// Within a transaction of the writer (Ledger::lease_prefix).
[[nodiscard]] Result<LeaseOutcome> lease(Connection& connection, const Seal& seal,
                                         const Subject& holder, const LeaseWindow& window,
                                         const AllocationRules& rules,
                                         const std::optional<RequestKey>& key);

}  // namespace peerlab::sqlite

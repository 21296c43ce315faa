#pragma once

#include "base/seal.h"
#include "ledger/ledger.h"
#include "ledger/sqlite/connection.h"

namespace peerlab::sqlite {

// Within a transaction of the writer (Ledger::lease_prefix).
[[nodiscard]] Result<LeaseGrant> lease(Connection& connection, const Seal& seal,
                                       const Subject& holder, const LeaseWindow& window,
                                       const AllocationRules& rules,
                                       const std::optional<RequestKey>& key);

}  // namespace peerlab::sqlite

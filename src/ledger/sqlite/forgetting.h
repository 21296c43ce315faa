#pragma once

#include "ledger/ledger.h"
#include "ledger/sqlite/connection.h"

namespace peerlab::sqlite {

// Within a transaction of the writer (Oversight::forget).
[[nodiscard]] Result<void> forget(Connection& connection, const UserHash& user,
                                  const std::string& by, Instant now);

}  // namespace peerlab::sqlite

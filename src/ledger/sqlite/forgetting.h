#pragma once

#include "ledger/ledger.h"
#include "ledger/sqlite/connection.h"

namespace peerlab::sqlite {

// Within a transaction of the writer (Oversight::forget).  False: no member, and what there was of
// it is a place in line; that is forgotten too.
[[nodiscard]] Result<bool> forget(Connection& connection, const UserHash& user,
                                  const std::string& by, Instant now);

}  // namespace peerlab::sqlite

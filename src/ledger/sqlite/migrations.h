#pragma once

#include "base/seal.h"
#include "ledger/sqlite/connection.h"

namespace peerlab::sqlite {

// Brings the file to this program's schema version in one transaction.  Conflict where it is
// already of a newer one.
[[nodiscard]] Result<void> migrate(Connection& connection);

// Conflict where the file was sealed under another key.
[[nodiscard]] Result<void> check_seal(Connection& connection, const Seal& seal);

}  // namespace peerlab::sqlite

#pragma once

#include "base/seal.h"
#include "ledger/postgres/connection.h"

namespace peerlab::postgres {

// Brings the database to this program's schema version in one transaction, one program at a time.
// Conflict where it is already of a newer one.
[[nodiscard]] Result<void> migrate(Connection& connection);

// Conflict where the database was sealed under another key.
[[nodiscard]] Result<void> check_seal(Connection& connection, const Seal& seal);

}  // namespace peerlab::postgres

#pragma once

#include <memory>

#include "base/seal.h"
#include "ledger/image.h"
#include "ledger/ledger.h"

namespace peerlab {

struct PostgresDatabase {
  Secret url;                   // a connection URI of libpq, postgresql://…
  std::size_t connections = 8;  // at most, beside some for reads, for telling and for hearing
};

// A ledger in a PostgreSQL 14 or newer that several programs on several machines share.  Missing
// migrations are applied first, by one program at a time.  Conflict where the database is of a
// newer version, or was sealed with another key; Unavailable where there is no server.
//
// Afterwards a verb waits some seconds at most.  Unavailable: it has done nothing.  OutcomeUnknown:
// the server went away before it confirmed, and whoever asks must look before asking again.
[[nodiscard]] Result<std::unique_ptr<Ledger>> open_postgres_ledger(const PostgresDatabase& database,
                                                                   Seal seal);

// Every row as of one instant; what writes meanwhile is not held up.  Missing migrations are
// applied first.
[[nodiscard]] Result<void> export_postgres_ledger(const PostgresDatabase& database,
                                                  const TakeRow& take);

// All that `tell` hands over, or nothing.  Conflict where there is a ledger already.
[[nodiscard]] Result<void> import_postgres_ledger(const PostgresDatabase& database,
                                                  const TellRows& tell);

}  // namespace peerlab

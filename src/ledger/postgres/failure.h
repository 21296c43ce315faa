#pragma once

#include <string_view>

#include "ledger/postgres/connection.h"

namespace peerlab::postgres {

// What an SQLSTATE means to us (PostgreSQL 15, appendix A).  An empty one is libpq's own: the
// connection.
[[nodiscard]] Trouble trouble_of(std::string_view sqlstate);

// Of a statement that did not succeed.
[[nodiscard]] Failed failed_as(const pg_result* result);

// What the verb's caller reads.  OutcomeUnknown where it was Lost.
[[nodiscard]] Failure failure_of(const Failed& failed);

}  // namespace peerlab::postgres

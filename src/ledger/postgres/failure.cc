#include "ledger/postgres/failure.h"

#include <fmt/format.h>
#include <libpq-fe.h>

#include "base/text.h"
#include "ledger/stored.h"

namespace peerlab::postgres {

Trouble trouble_of(std::string_view sqlstate) {
  const std::string_view group = sqlstate.substr(0, 2);
  // serialization_failure, deadlock_detected; and unique_violation, exclusion_violation: two
  // gateways with different pools chose the same, and the next choice sees the first.
  for (const std::string_view again : {"40001", "40P01", "23505", "23P01"}) {
    if (sqlstate == again) return Trouble::Conflict;
  }
  // admin_shutdown, crash_shutdown, database_dropped: the connection ends in the middle.
  if (group.empty() || group == "08") return Trouble::Lost;
  for (const std::string_view ended : {"57P01", "57P02", "57P04", "57P05"}) {
    if (sqlstate == ended) return Trouble::Lost;
  }
  if (group == "23" || group == "22") return Trouble::Contradiction;
  return Trouble::Refused;
}

Failed failed_as(const pg_result* result) {
  const char* const state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  return {trouble_of(state == nullptr ? "" : state),
          fmt::format("postgresql {}: {}", state == nullptr ? "-----" : state,
                      trim(PQresultErrorMessage(result)))};
}

Failure failure_of(const Failed& failed) {
  switch (failed.trouble) {
    case Trouble::Contradiction:
      return fail(ErrorKind::Internal, "the ledger refused a contradiction", failed.cause);
    case Trouble::Lost:
      return stored::unconfirmed(failed.cause);
    case Trouble::Conflict:
    case Trouble::Refused:
    case Trouble::NotAsked:
      break;
  }
  return stored::unusable(failed.cause);
}

}  // namespace peerlab::postgres

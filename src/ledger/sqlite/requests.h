// What members called their requests for a lease (Ledger::kKeyKept).
#pragma once

#include "ledger/ledger.h"
#include "ledger/sqlite/connection.h"

namespace peerlab::sqlite {

struct KeptRequest {
  std::string digest;
  Lease lease;  // as it was granted
};

// Within a transaction of the writer.  Those older than kKeyKept are none.
[[nodiscard]] Result<std::optional<KeptRequest>> kept_request(Connection& connection,
                                                              const UserHash& holder,
                                                              const std::string& key, Instant now);
// Some that have grown old go on the way, more than one for each that comes.
[[nodiscard]] Result<void> keep_request(Connection& connection, const RequestKey& key,
                                        const Lease& granted);

}  // namespace peerlab::sqlite

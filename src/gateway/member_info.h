#pragma once

#include "gateway/refused.h"
#include "gateway/services.h"

namespace peerlab::gateway {

// What GET /api/user/info says of what the ledger found.  It asks on where the member is in a line.
[[nodiscard]] Settled member_info(const UserHash& user, const Result<Holdings>& holdings,
                                  const Services& services, Instant now);

}  // namespace peerlab::gateway

#pragma once

#include <string>

#include "gateway/services.h"

namespace peerlab::gateway {

// What is so at this moment and no endpoint knows.
struct Standing {
  std::size_t connections;
  std::size_t connections_max;
  Instant started;
};

// All that monitoring is told of this run (docs in deploy/gateway/README.md).  What the ledger does
// not say now has no sample.
[[nodiscard]] std::string metrics_page(const Services& services, const Standing& standing);

}  // namespace peerlab::gateway

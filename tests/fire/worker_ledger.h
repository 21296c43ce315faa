// The ledger that a worker drives, of either kind.
#pragma once

#include <memory>
#include <string>

#include "base/seal.h"
#include "ledger/ledger.h"

namespace peerlab::fire {

// `url` as Store::url() tells it.
[[nodiscard]] Result<std::unique_ptr<Ledger>> open_worker_ledger(const std::string& url,
                                                                 const Seal& seal);

}  // namespace peerlab::fire

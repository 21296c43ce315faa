#pragma once

#include <memory>

#include "ledger/ledger.h"

namespace peerlab {

// A ledger that ends with the program: tests, and a model to hold the others against.
[[nodiscard]] std::unique_ptr<Ledger> open_memory_ledger();

}  // namespace peerlab

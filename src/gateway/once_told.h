#pragma once

#include "gateway/answers.h"
#include "ledger/ledger.h"

namespace peerlab::gateway {

// No thread waits while the ledger looks: `ask` begins it, `make` makes the answer of what it
// tells.
template <class T>
[[nodiscard]] Postponed once_told(std::function<void(Told<T>)> ask,
                                  std::function<Made(const Result<T>&)> make) {
  return {[ask = std::move(ask), make = std::move(make)](Settle settle) mutable {
    ask([make = std::move(make), settle = std::move(settle)](Result<T> found) mutable {
      settle([make = std::move(make), found = std::move(found)] { return make(found); });
    });
  }};
}

}  // namespace peerlab::gateway

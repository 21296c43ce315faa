// Judges a history beside what the ledger holds afterwards.  It knows the promises of
// src/ledger/ledger.h and shares no code with what keeps them.
#pragma once

#include <string>
#include <vector>

#include "tests/fire/history.h"
#include "tests/fire/ledger_state.h"

namespace peerlab::fire {

struct Promises {
  std::uint32_t leases_per_member_max = 1;
  std::chrono::seconds cool_down_floor = std::chrono::minutes{5};
};

// Every acknowledged lease and ASN is there, and none twice; every acknowledged revoke took effect;
// nothing is there that no operation explains; no window, quota or rest was broken; every refusal
// and everything read was true when it was said.  Each broken promise is one sentence; none: all
// were kept.
[[nodiscard]] std::vector<std::string> faults_of(const std::vector<Operation>& history,
                                                 const LedgerState& state,
                                                 const Promises& promises);

}  // namespace peerlab::fire

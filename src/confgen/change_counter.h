// Counts members' changes by what BIRD says, and puts into quarantine who spends too much of them.
#pragma once

#include "confgen/change_ledger.h"
#include "confgen/options.h"
#include "policy/site.h"

namespace peerlab::confgen {

[[nodiscard]] Members members_in(const policy::Policy& policy);

// One look at BIRD, charged to the ledger and kept on disk; where BIRD does not answer, what is due
// without.  True where a quarantine began or ended, which is said on stderr: a turn is due then.
bool count_changes(ChangeLedger& ledger, const Members& members, const policy::Site& site,
                   const OneShotOptions& options, Instant now);

// The same for --watch: as often as costs BIRD at most a fiftieth of its time, twice a second at
// most.
class ChangeCounter {
 public:
  // Without a site the server around the policy is not ours, and nobody is counted.
  bool tend(ChangeLedger& ledger, const Members& members, const std::optional<policy::Site>& site,
            const OneShotOptions& options, Instant now);
  // When the next look is due, by the clock that `tend` reads.
  [[nodiscard]] std::chrono::milliseconds until_due() const;

 private:
  std::chrono::steady_clock::time_point next_{};
};

}  // namespace peerlab::confgen

// Counts members' changes by what BIRD says, and puts into quarantine who spends too much of them.
#pragma once

#include "confgen/change_ledger.h"
#include "confgen/facts.h"
#include "confgen/workplace.h"

namespace peerlab::confgen {

[[nodiscard]] Members members_in(const policy::Policy& policy);
[[nodiscard]] Members members_in(const Facts& facts, const policy::Server& server, Instant now);

// One look at BIRD, charged to the ledger and kept on disk; where BIRD does not answer, what is due
// without.  True where a quarantine began or ended, which is said on stderr: a turn is due then.
bool count_changes(ChangeLedger& ledger, const Members& members, const policy::Site& site,
                   const OneShotOptions& options, Instant now);

// The same for --watch: four times a second at most; once in two seconds where a look takes long
// and nobody changes anything; less often only where that would cost BIRD a fiftieth of its time.
class ChangeCounter {
 public:
  // Without a site the server around the policy is not ours, and nobody is counted.
  explicit ChangeCounter(const Workplace& workplace) : workplace_{workplace} {}
  bool tend(ChangeLedger& ledger, const Members& members, Instant now,
            std::chrono::milliseconds running);
  [[nodiscard]] std::chrono::milliseconds until_due(std::chrono::milliseconds running) const;

 private:
  const Workplace& workplace_;
  std::chrono::milliseconds next_{0};
};

}  // namespace peerlab::confgen

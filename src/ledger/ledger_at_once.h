#pragma once

#include "ledger/ledger.h"

namespace peerlab {

// A ledger that waits for no server: what it tells, it tells before the question returns.
class LedgerAtOnce : public Ledger {
 public:
  void tell_holdings(const UserHash& holder, Instant now, Told<Holdings> told) const final {
    told(holdings(holder, now));
  }
  void tell_assignment(const UserHash& holder, Told<std::optional<Assignment>> told) const final {
    told(assignment(holder));
  }
  void tell_member(const UserHash& holder, Instant now, Told<HoldingMember> told) const final {
    told(member(holder, now));
  }

 private:
  virtual Result<Holdings> holdings(const UserHash& holder, Instant now) const = 0;
  virtual Result<std::optional<Assignment>> assignment(const UserHash& holder) const = 0;
  virtual Result<HoldingMember> member(const UserHash& holder, Instant now) const = 0;
};

}  // namespace peerlab

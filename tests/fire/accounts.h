// Which operation made and which ended what a ledger holds, member by member.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/fire/history.h"
#include "tests/fire/ledger_state.h"

namespace peerlab::fire {

// A lease that was once given.
struct Grant {
  const Operation* by;
  Prefix48 prefix;
  Instant begin;
  Instant promised_end;  // as it was given
  Instant end;           // as it stands; its begin where it was revoked in its first second
  const Operation* revoked_by = nullptr;
  [[nodiscard]] bool was_closed() const { return end < promised_end; }
};

struct Account {
  std::vector<const Operation*> operations;
  std::vector<Grant> grants;
  // Leases of unknown outcome that left nothing behind: never given, or revoked in their first
  // second.
  std::vector<const Operation*> traceless;
};

struct Accounts {
  std::map<std::string, Account> by_member;
  std::vector<std::string> faults;  // what no operation explains, and what is no longer there
};

// Refers to the history, which must outlive it.
[[nodiscard]] Accounts settle(const std::vector<Operation>& history, const LedgerState& state);

[[nodiscard]] std::string text_of(const Operation& operation);

}  // namespace peerlab::fire

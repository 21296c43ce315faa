// All members' standings, and what BIRD showed last: what is kept from one look to the next, and
// from one program to the next.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "confgen/session_sights.h"
#include "domain/user_hash.h"
#include "policy/compile.h"

namespace peerlab::confgen {

struct ChangeLedger {
  std::optional<SessionSights> seen;
  std::map<UserHash, ChangeStanding> members;  // who has something to remember
  Changes total = {};                          // of all members, since this ledger began
  std::uint64_t quarantines = 0;               // begun since then
  bool operator==(const ChangeLedger&) const = default;
};

using Members = std::map<Ipv4, UserHash>;  // who opens a session from where

struct Counted {
  std::map<UserHash, Quarantine> begun;
  std::vector<UserHash> ended;
  [[nodiscard]] bool quarantine_changed() const { return !begun.empty() || !ended.empty(); }
};

// Charges every member with what the sessions did since the last look, and settles what is due.
// A member's sessions that are lost in one look are one loss: a machine room is one event.  Where
// more than half of the members that were up, and at least three of them, lose a session within a
// minute, the network is to blame: those losses are given back, a burst of them in a window.
Counted count(ChangeLedger& ledger, SessionSights sights, const Members& members,
              const policy::ChangeBudget& budget, Instant now);

// What is due until now, without a look.  Nothing that was kept is trusted further than the budget
// goes.
Counted settle(ChangeLedger& ledger, const policy::ChangeBudget& budget, Instant now);

// Of a ledger that is settled.
[[nodiscard]] policy::Quarantined quarantined_in(const ChangeLedger& ledger);
[[nodiscard]] std::optional<Instant> next_end(const ChangeLedger& ledger);

// `changes.json` of a state directory, mode 0600.
[[nodiscard]] std::filesystem::path change_ledger_file(
    const std::filesystem::path& state_directory);
// Empty where there is no file; Malformed where it cannot be read.
[[nodiscard]] Result<ChangeLedger> load_change_ledger(const std::filesystem::path& file);
// What it costs to begin anew, for an operator.
inline constexpr std::string_view kWithoutChanges =
    "members have their whole change budget, and nobody is in quarantine";
[[nodiscard]] Result<void> store_change_ledger(const std::filesystem::path& file,
                                               const ChangeLedger& ledger);

}  // namespace peerlab::confgen

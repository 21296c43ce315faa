// One turn: from what the sources said to a BIRD that runs it.  The one-shot makes one, --watch one
// each time something is due.
#pragma once

#include "confgen/change_ledger.h"
#include "confgen/damaged.h"
#include "confgen/publish.h"
#include "confgen/report.h"
#include "confgen/sources.h"
#include "confgen/state.h"

namespace peerlab::confgen {

// What one turn leaves to the next; on disk between programs.
struct Kept {
  Facts facts;  // last acted on
  State state;
  ChangeLedger changes = {};  // settled before a turn; of no use without a site
  Members members = {};       // of the last turn's policy; not on disk
  bool facts_stored = false;  // by a turn of this program
};

// A damaged file counts as none (read_or_anew).
[[nodiscard]] Kept load_kept(const std::filesystem::path& state_directory, Damaged damaged);

struct Turn {
  int exit_code;             // exit_code.h; of sources that failed it knows nothing
  std::string problem = {};  // one sentence for kBirdRefused, kCannotWrite and kBirdDown
  std::string held = {};     // for kShrinkHeld: what shrank
  std::size_t sessions = 0, leases = 0;  // of the policy
  std::vector<Skipped> skipped = {}, contradictions = {};
  std::size_t users = 0;  // with a session in the policy
};

// Guards, compiles, publishes and keeps; without a site the policy is only written.  Leases and
// nodes are judged at `now`.  Both facts must be known.  `confirmed` is the digest of a shrinking
// answer that has waited long enough (guard_shrink).  Tells on stderr what was applied, and skips
// and contradictions when they change.
[[nodiscard]] Turn take_turn(const Collected& collected, Kept& kept, Instant now,
                             const std::optional<std::string>& confirmed,
                             const std::optional<policy::Site>& site,
                             const OneShotOptions& options);

// `before`, with what the sources say and `turn` found.  A policy is right as of the older of the
// two answers that it follows.
[[nodiscard]] Report report_of(const Collected& collected, const std::optional<Turn>& turn,
                               Instant now, const Report& before, const OneShotOptions& options);

// Keeps for `status` what a turn found; nullopt: the facts were not known, and none was taken.  A
// report that cannot be kept is said and changes nothing else.
void keep_report(const Collected& collected, const std::optional<Turn>& turn, Instant now,
                 const OneShotOptions& options);

// One line on stderr.
void say(std::string_view line);

}  // namespace peerlab::confgen

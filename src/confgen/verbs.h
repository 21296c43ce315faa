// What peerlab-bird-config does beside applying: look before, go back, and say how things are.
// Each returns the exit code; what is asked for goes to `out`, what is wrong to stderr.
#pragma once

#include <iosfwd>

#include "base/clock.h"
#include "confgen/options.h"

namespace peerlab::confgen {

// What a run would change now, in people's words and as a text diff.  Touches nothing.
// kWouldChange where something would.
[[nodiscard]] int run_plan(const PlanOptions& options, const Clock& clock, std::ostream& out);

// Puts the policy back that was accepted before the one in force, checked and applied like any
// other.
[[nodiscard]] int run_rollback(const RollbackOptions& options, const Clock& clock,
                               std::ostream& out);

// What the last run left.
[[nodiscard]] int run_status(const StatusOptions& options, const Clock& clock, std::ostream& out);

// How the policy of the kept facts judges one announcement, and who would see it.
[[nodiscard]] int run_explain(const ExplainOptions& options, const Clock& clock, std::ostream& out);

}  // namespace peerlab::confgen

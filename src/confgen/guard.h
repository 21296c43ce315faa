// An answer that suddenly knows far fewer members is more often a fault than a fact: it is held for
// one confirmation (POLICY.md 4, decided cases).
#pragma once

#include <optional>
#include <string>

#include "confgen/facts.h"

namespace peerlab::confgen {

struct Guarded {
  Facts facts;                      // what to act on
  std::optional<std::string> held;  // digest of the answer that is held; store it for the next run
  std::string why = {};             // where something is held: what shrank, in words
};

// `before` are the last good facts, `fresh` the new answers, `held_before` what the last run held.
// Held: to zero members or zero nodes from any number, or by more than 30 % and more than 3.
// Released by the same answer again, or by `accept_shrink`.  While it is held, what is new or
// changed passes, and what vanished stays.
[[nodiscard]] Guarded guard_shrink(const Facts& before, const Facts& fresh,
                                   const std::optional<std::string>& held_before,
                                   bool accept_shrink);

}  // namespace peerlab::confgen

#pragma once

#include "confgen/facts.h"

namespace peerlab::confgen {

// The first instant after `now` at which a lease of these begins or ends or a node expires.
[[nodiscard]] std::optional<Instant> next_change_after(const Facts& facts, Instant now);

}  // namespace peerlab::confgen

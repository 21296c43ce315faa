#pragma once

#include "cli/call.h"

namespace peerlab::cli {

// What the platform says of a lease that was given or renewed: the prefix to standard output, until
// when it is the member's as a note.
[[nodiscard]] Attempt<void> show_lease(const Call& call, const Question& asked,
                                       const http::Response& answer);

}  // namespace peerlab::cli

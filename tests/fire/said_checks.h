// Were refusals and readings true when they were said?
#pragma once

#include "tests/fire/accounts.h"
#include "tests/fire/checker.h"

namespace peerlab::fire {

// Whoever asks after an answer was given must see what it told, from any process.
void check_what_was_said(const std::string& member, const Account& account,
                         const Promises& promises, std::vector<std::string>& faults);

}  // namespace peerlab::fire

// `bird -p`: would BIRD accept the whole configuration with this policy in it?
#pragma once

#include <optional>
#include <string>

#include "confgen/options.h"
#include "policy/site.h"

namespace peerlab::confgen {

// Why a step did not succeed.
struct StepFailure {
  int exit_code;        // exit_code.h
  std::string problem;  // one sentence
};

// Nothing of the server is touched: the check works on a copy below the state directory (a rendered
// server where none is installed), which it removes.  BIRD runs without rights: as BIRD's own user,
// or nobody, where we are root.  A BIRD that is not version 2 is refused by name.  nullopt:
// accepted.
[[nodiscard]] std::optional<StepFailure> check(const std::string& policy_text,
                                               const policy::Site& site,
                                               const OneShotOptions& options);

}  // namespace peerlab::confgen

// From a rendered policy to a BIRD that runs it: check, compare, write, configure
// (POLICY.md 4.5, 4.6).
#pragma once

#include <string>
#include <string_view>

#include "confgen/options.h"
#include "policy/site.h"

namespace peerlab::confgen {

struct Published {
  int exit_code;
  bool wrote = false;        // the file changed
  bool configured = false;   // BIRD was asked, and accepted
  std::string problem = {};  // one sentence where exit_code is not 0
};

// `accepted` is the digest BIRD last accepted.  The same text in the file and accepted before:
// nothing is touched and nobody is asked.  BIRD refuses: the file is as it was.
[[nodiscard]] Published publish(const std::string& policy_text, const policy::Site& site,
                                const OneShotOptions& options,
                                const std::optional<std::string>& accepted);

}  // namespace peerlab::confgen

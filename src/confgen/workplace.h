#pragma once

#include <tl/expected.hpp>

#include "confgen/options.h"
#include "confgen/run_lock.h"
#include "policy/site.h"

namespace peerlab::confgen {

// Where turns are taken: the IXP server, and the right to be the only one who works on it.
struct Workplace {
  const OneShotOptions& options;
  std::optional<policy::Site> site;  // none: the policy is only written
  RunLock lock;

  // An exit code where that is not to be had; what is wrong was said on stderr.
  static tl::expected<Workplace, int> enter(const OneShotOptions& options);
};

}  // namespace peerlab::confgen

// Asking the gateway and Headscale.
#pragma once

#include <string>
#include <vector>

#include "confgen/facts.h"
#include "confgen/options.h"
#include "domain/skipped.h"

namespace peerlab::confgen {

struct Collected {
  Facts facts;                   // fresh where the source answered, the last good ones where not
  std::vector<Skipped> skipped;  // what could not be read in them
  std::vector<std::string> failures;  // one sentence for each source that did not answer well
};

[[nodiscard]] Collected collect(const OneShotOptions& options, const Facts& last_good);

}  // namespace peerlab::confgen

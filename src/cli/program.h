#pragma once

#include <string>
#include <vector>

#include "cli/surroundings.h"

namespace peerlab::cli {

// The whole work of `peerlab` with these words; the exit code back.
[[nodiscard]] int run_program(std::vector<std::string> words, const Surroundings& around);

}  // namespace peerlab::cli

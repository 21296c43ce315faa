#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "cli/command_tree.h"

namespace peerlab::cli {

// `peerlab operator …`: each verb is given to `chosen` when the words name it.
void add_operator(CLI::App& parent, const std::function<void(PlatformVerb)>& chosen);

}  // namespace peerlab::cli

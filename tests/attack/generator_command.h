// The generator beside an exchange's IXP server, with sources that do not answer: the exchange's
// own policy stays in force, and what the generator does by itself is seen.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/attack/exchange.h"

namespace peerlab::attack {

inline constexpr const char* kGenerator = PEERLAB_BINARY_DIR "/bin/peerlab-bird-config";

// Its argv.  `folder` holds site.toml and a file `key`, and gets the state directory `state`.
[[nodiscard]] std::vector<std::string> generator_command(Exchange& exchange, bird::Form form,
                                                         const std::filesystem::path& folder,
                                                         const std::filesystem::path& output_file,
                                                         const std::vector<std::string>& more);

}  // namespace peerlab::attack

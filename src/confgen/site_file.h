// site.toml: one IXP server, as its operator describes it.
#pragma once

#include <filesystem>

#include "policy/site.h"

namespace peerlab::confgen {

// An error names the file, the line, the key, and what would be right there.  Keys it does not know
// are refused: a misspelt one would otherwise be silently without effect.
[[nodiscard]] Result<policy::Site> read_site_file(const std::filesystem::path& file);

}  // namespace peerlab::confgen

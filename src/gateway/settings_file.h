#pragma once

#include <filesystem>
#include <vector>

#include "base/result.h"
#include "gateway/settings_given.h"
#include "wire/platform_document.h"

namespace peerlab::gateway {

struct SettingsFile {
  GivenSettings given;
  std::vector<wire::PlatformSite> sites;  // its [[site]] tables, which only a file can hold
};

// Reads gateway.toml.  An error names FILE:LINE, the key and what would be right there; a key that
// nobody knows is refused with the nearest one that is known, since it would be without effect.
[[nodiscard]] Result<SettingsFile> read_settings_file(const std::filesystem::path& file);

}  // namespace peerlab::gateway

#pragma once

#include <filesystem>
#include <vector>

#include "base/result.h"
#include "gateway/settings_given.h"
#include "wire/platform_document.h"

namespace peerlab::gateway {

// A [[pool]] table, before it means anything.
struct PoolTable {
  Spelled name;
  std::vector<Spelled> blocks;
  std::vector<Spelled> reserved_for;
};

struct SettingsFile {
  GivenSettings given;
  // Its [[site]] and [[pool]] tables, which only a file can hold.
  std::vector<wire::PlatformSite> sites;
  std::vector<PoolTable> pools = {};
};

// Reads gateway.toml.  An error names FILE:LINE, the key and what would be right there; a key that
// nobody knows is refused with the nearest one that is known, since it would be without effect.
[[nodiscard]] Result<SettingsFile> read_settings_file(const std::filesystem::path& file);

}  // namespace peerlab::gateway

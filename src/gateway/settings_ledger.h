// Where the ledger is kept.
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/secret.h"
#include "gateway/settings_reader.h"

namespace peerlab::gateway {

struct LedgerPlace {
  std::filesystem::path file;      // SQLite's
  std::filesystem::path seal_key;  // beside it, or in the state directory
  Secret url = {};                 // postgresql://…; empty: the ledger is the file
  std::uint32_t connections = 8;   // at most, to that server
};

// What stands where something is wrong means nothing: the reader then has an error.
[[nodiscard]] LedgerPlace read_ledger_place(SettingsReader& reader);

}  // namespace peerlab::gateway

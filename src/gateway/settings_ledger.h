// Where the ledger is kept.
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/secret.h"
#include "gateway/settings_reader.h"

namespace peerlab::gateway {

struct LedgerPlace {
  std::filesystem::path file;      // SQLite's; its folder is where this program makes files
  std::filesystem::path seal_key;  // beside it, in the state directory, or where it is kept
  bool seal_key_is_kept = false;   // by somebody else: it must be there
  Secret url = {};                 // postgresql://…; empty: the ledger is the file
  std::uint32_t connections = 8;   // at most, to that server
};

// What stands where something is wrong means nothing: the reader then has an error.
[[nodiscard]] LedgerPlace read_ledger_place(SettingsReader& reader);

}  // namespace peerlab::gateway

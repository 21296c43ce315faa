// A ledger moves from one store to another: peerlab-gateway export, and import.
#pragma once

#include <iosfwd>
#include <memory>

#include "gateway/settings_file.h"
#include "gateway/settings_ledger.h"
#include "ledger/image.h"
#include "ledger/ledger.h"

namespace peerlab::gateway {

// What can be done with a place; which back end does it is not the gateway's business.
struct LedgerStores {
  Result<std::unique_ptr<Ledger>> (*open)(const LedgerPlace&);
  Result<void> (*export_rows)(const LedgerPlace&, const TakeRow&);
  Result<void> (*import_rows)(const LedgerPlace&, const TellRows&);
};

// Both need the settings of the ledger and no others, and return an exit code
// (settings_command_line.h); what was wrong, and how much was moved, goes to stderr.
[[nodiscard]] int export_ledger(const SettingsFile& settings, const LedgerStores& stores,
                                std::ostream& out);

// All or nothing, into an empty store.  Refused where the key that sealed the ledger is not there
// yet: nobody's subject could be read.  Afterwards the ledger is opened, and its chain verified.
[[nodiscard]] int import_ledger(const SettingsFile& settings, const LedgerStores& stores,
                                std::istream& in);

}  // namespace peerlab::gateway

#pragma once

#include <filesystem>
#include <memory>

#include "base/seal.h"
#include "ledger/image.h"
#include "ledger/ledger.h"

namespace peerlab {

// A ledger in one file: the embedded default (DESIGN.md 5).  WAL and synchronous=FULL: what was
// answered survives a power cut.  Missing migrations are applied first.  Conflict where the file is
// of a newer version, or was sealed with another key; NotPermitted where it can only be read.
// Several threads and several processes may use one file; a verb that waits longer than 5 s for the
// file's lock, or finds no room to write, says Unavailable and has done nothing.  So does every
// verb where the file at this path is not the one that was opened, and every one that writes where
// its log is not (OpenedFiles).
[[nodiscard]] Result<std::unique_ptr<Ledger>> open_sqlite_ledger(const std::filesystem::path& file,
                                                                 Seal seal);

// Every row as of one instant; what writes meanwhile is not held up.  Missing migrations are
// applied first.
[[nodiscard]] Result<void> export_sqlite_ledger(const std::filesystem::path& file,
                                                const TakeRow& take);

// All that `tell` hands over, or nothing.  Conflict where there is a ledger already.
[[nodiscard]] Result<void> import_sqlite_ledger(const std::filesystem::path& file,
                                                const TellRows& tell);

}  // namespace peerlab

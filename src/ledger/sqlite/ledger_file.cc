#include "ledger/sqlite/ledger_file.h"

namespace peerlab::sqlite {

Result<Connection> LedgerFile::reader() const {
  {
    const std::lock_guard lock{shelf_};
    if (!idle_readers_.empty()) {
      Connection idle = std::move(idle_readers_.back());
      idle_readers_.pop_back();
      return idle;
    }
  }
  Result<Connection> opened = Connection::open(file_, Connection::Missing::Refuse);
  if (opened) return opened;
  return fail(ErrorKind::Unavailable, "the ledger cannot be read right now", opened.error().detail);
}

// secure_delete alone leaves a copy behind here and there: of a row that moved between pages.
void LedgerFile::sweep() {
  const std::lock_guard lock{writing_};
  (void)writer_.execute("VACUUM");
  (void)writer_.execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

}  // namespace peerlab::sqlite

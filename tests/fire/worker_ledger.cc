#include "tests/fire/worker_ledger.h"

#include "ledger/postgres/postgres_ledger.h"
#include "ledger/sqlite/sqlite_ledger.h"

namespace peerlab::fire {

Result<std::unique_ptr<Ledger>> open_worker_ledger(const std::string& url, const Seal& seal) {
  constexpr std::string_view kFile = "sqlite:";
  if (url.starts_with(kFile)) return open_sqlite_ledger(url.substr(kFile.size()), seal);
  return open_postgres_ledger({.url = Secret{url}, .connections = 1}, seal);
}

}  // namespace peerlab::fire

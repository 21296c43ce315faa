#include <unistd.h>

#include <iostream>

#include "base/text.h"
#include "gateway/program.h"
#include "ledger/postgres/postgres_ledger.h"
#include "ledger/sqlite/sqlite_ledger.h"

namespace {

using namespace peerlab;

Result<std::unique_ptr<Ledger>> open_ledger(const gateway::LedgerPlace& place) {
  const Result<Seal> seal = place.seal_key_is_kept ? Seal::open_kept(place.seal_key)
                                                   : Seal::open_or_create(place.seal_key);
  if (!seal) return fail(seal.error());
  if (place.url.empty()) return open_sqlite_ledger(place.file, *seal);
  return open_postgres_ledger({place.url, place.connections}, *seal);
}

Result<void> export_rows(const gateway::LedgerPlace& place, const TakeRow& take) {
  if (place.url.empty()) return export_sqlite_ledger(place.file, take);
  return export_postgres_ledger({place.url, place.connections}, take);
}

Result<void> import_rows(const gateway::LedgerPlace& place, const TellRows& tell) {
  if (place.url.empty()) return import_sqlite_ledger(place.file, tell);
  return import_postgres_ledger({place.url, place.connections}, tell);
}

gateway::Environment environment() {
  gateway::Environment variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const auto [name, value] = split_once(*entry, '=');
    variables.emplace(name, value);
  }
  return variables;
}

}  // namespace

int main(int argc, char** argv) {
  http::StopSignals stop;  // first: every thread inherits the blocked signals
  return gateway::run_program(
      argc, argv,
      {environment(), {&open_ledger, &export_rows, &import_rows}, stop, std::cin, std::cout});
}

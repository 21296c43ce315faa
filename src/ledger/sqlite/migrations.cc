#include "ledger/sqlite/migrations.h"

#include <fmt/format.h>

#include <array>

namespace peerlab::embedded {
extern const std::string_view sqlite_migration_1;
extern const std::string_view sqlite_migration_2;
extern const std::string_view sqlite_migration_3;
}  // namespace peerlab::embedded

namespace peerlab::sqlite {
namespace {

Result<std::int64_t> schema_version(Connection& connection) {
  Result<Query> query = connection.query("PRAGMA user_version");
  if (!query) return fail(query.error());
  const Result<bool> row = query->step();
  if (!row) return fail(row.error());
  return query->integer(0);
}

}  // namespace

Result<void> migrate(Connection& connection) {
  const std::array migrations{embedded::sqlite_migration_1, embedded::sqlite_migration_2,
                              embedded::sqlite_migration_3};
  Result<Transaction> transaction = Transaction::begin(connection);
  if (!transaction) return fail(transaction.error());
  const Result<std::int64_t> version = schema_version(connection);
  if (!version) return fail(version.error());
  if (*version > static_cast<std::int64_t>(migrations.size())) {
    return fail(ErrorKind::Conflict,
                fmt::format("the ledger has schema version {}, this program knows {}: start the "
                            "newer program, or restore a backup",
                            *version, migrations.size()));
  }
  for (auto next = static_cast<std::size_t>(*version); next < migrations.size(); ++next) {
    const Result<void> applied = connection.execute(std::string{migrations[next]});
    if (!applied) return applied;
    const Result<void> noted =
        connection.execute(fmt::format("PRAGMA user_version = {}", next + 1));
    if (!noted) return noted;
  }
  return transaction->commit();
}

Result<void> check_seal(Connection& connection, const Seal& seal) {
  Result<Transaction> transaction = Transaction::begin(connection);
  if (!transaction) return fail(transaction.error());
  {
    Result<Query> probe = connection.query("SELECT box FROM seal_probe");
    if (!probe) return fail(probe.error());
    const Result<bool> row = probe->step();
    if (!row) return fail(row.error());
    if (*row) {
      if (seal.open(probe->text(0))) return {};
      return fail(
          ErrorKind::Conflict,
          "the ledger was sealed with another seal.key: restore the key that belongs to it");
    }
  }
  Result<Query> insert = connection.query("INSERT INTO seal_probe (only, box) VALUES (1, ?)");
  if (!insert) return fail(insert.error());
  insert->bind_blob(seal.close(Secret{"peerlab"}));
  const Result<void> kept = insert->finish();
  return kept ? transaction->commit() : kept;
}

}  // namespace peerlab::sqlite

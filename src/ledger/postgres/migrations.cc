#include "ledger/postgres/migrations.h"

#include <fmt/format.h>

#include <array>

#include "ledger/postgres/failure.h"

namespace peerlab::postgres {
namespace {

constexpr std::chrono::minutes kPatience{10};  // a migration may rewrite a table

// Why a ledger does not open: the operator reads it, so the server's own words are in it.
Failure not_opened(const Failed& failed) {
  return fail(ErrorKind::Unavailable,
              fmt::format("cannot use the database as a ledger: {}", failed.cause));
}

Result<void> apply_missing(Connection& connection) {
  const std::array migrations{embedded::postgres_migration_1, embedded::postgres_migration_2,
                              embedded::postgres_migration_3};
  const Answer<Rows> version = connection.run(embedded::postgres_schema_version);
  if (!version) return not_opened(version.error());
  const std::int64_t applied = version->integer(0, 0);
  if (applied > static_cast<std::int64_t>(migrations.size())) {
    return fail(ErrorKind::Conflict,
                fmt::format("the ledger has schema version {}, this program knows {}: start the "
                            "newer program, or restore a backup",
                            applied, migrations.size()));
  }
  for (auto next = static_cast<std::size_t>(applied); next < migrations.size(); ++next) {
    const Answer<void> done = connection.execute(std::string{migrations[next]}, kPatience);
    if (!done) return not_opened(done.error());
    const Answer<Rows> noted = connection.run(embedded::postgres_note_migration,
                                              Values{}.add(static_cast<std::int64_t>(next + 1)));
    if (!noted) return not_opened(noted.error());
  }
  return {};
}

}  // namespace

Result<void> migrate(Connection& connection) {
  const Answer<void> begun =
      connection.execute(std::string{embedded::postgres_begin_migrations}, kPatience);
  if (!begun) return not_opened(begun.error());
  const Result<void> applied = apply_missing(connection);
  const Answer<void> ended = connection.execute(applied ? "COMMIT" : "ROLLBACK", kPatience);
  if (!applied) return applied;
  return ended ? Result<void>{} : not_opened(ended.error());
}

Result<void> check_seal(Connection& connection, const Seal& seal) {
  const Answer<Rows> kept = connection.run(embedded::postgres_keep_seal_probe,
                                           Values{}.add_bytes(seal.close(Secret{"peerlab"})));
  if (!kept) return not_opened(kept.error());
  const Answer<Rows> probe = connection.run(embedded::postgres_seal_probe);
  if (!probe) return not_opened(probe.error());
  if (probe->size() == 1 && seal.open(probe->text(0, 0))) return {};
  return fail(ErrorKind::Conflict,
              "the ledger was sealed with another seal.key: restore the key that belongs to it");
}

}  // namespace peerlab::postgres

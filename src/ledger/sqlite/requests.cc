#include "ledger/sqlite/requests.h"

#include "ledger/sqlite/rows.h"

namespace peerlab::sqlite {

Result<std::optional<KeptRequest>> kept_request(Connection& connection, const UserHash& holder,
                                                const std::string& key, Instant now) {
  Result<Query> query = connection.query(
      "SELECT digest, lease, network, begin_time, end_time FROM lease_requests "
      "WHERE holder = ? AND key = ? AND begin_time > ?");
  if (!query) return fail(query.error());
  query->bind(holder.text()).bind(key).bind(seconds_of(now - Ledger::kKeyKept));
  const Result<bool> row = query->step();
  if (!row) return fail(row.error());
  if (!*row) return std::optional<KeptRequest>{};
  const auto window =
      LeaseWindow::make(instant_of(query->integer(3)), instant_of(query->integer(4)));
  if (!window) return fail(window.error());
  return KeptRequest{query->text(0), Lease{static_cast<std::uint64_t>(query->integer(1)),
                                           prefix_of(query->integer(2)), holder, *window}};
}

Result<void> keep_request(Connection& connection, const RequestKey& key, const Lease& granted) {
  Result<Query> purge = connection.query(
      "DELETE FROM lease_requests WHERE (holder, key) IN (SELECT holder, key FROM lease_requests "
      "WHERE begin_time <= ? ORDER BY begin_time LIMIT 16)");
  const Instant asked = granted.window.begin();
  if (purge) purge->bind(seconds_of(asked - Ledger::kKeyKept));
  if (const Result<void> purged = run(std::move(purge)); !purged) return purged;
  Result<Query> insert = connection.query(
      "INSERT OR REPLACE INTO lease_requests "
      "(holder, key, digest, lease, network, begin_time, end_time) VALUES (?, ?, ?, ?, ?, ?, ?)");
  if (insert) {
    insert->bind(granted.holder.text()).bind(key.key).bind(key.digest);
    insert->bind(static_cast<std::int64_t>(granted.id)).bind(number_of(granted.prefix));
    insert->bind(seconds_of(asked)).bind(seconds_of(granted.window.end()));
  }
  return run(std::move(insert));
}

}  // namespace peerlab::sqlite

#include "ledger/sqlite/sqlite_oversight.h"

#include "ledger/allocation.h"
#include "ledger/sqlite/chain.h"
#include "ledger/sqlite/events.h"
#include "ledger/sqlite/forgetting.h"
#include "ledger/sqlite/line.h"
#include "ledger/sqlite/rows.h"
#include "ledger/sqlite/steps.h"

namespace peerlab::sqlite {
namespace {

Result<MemberRecord> record_of(Connection& connection, const UserHash& user, Instant now) {
  auto member = find_member(connection, user);
  if (!member) return fail(member.error());
  if (!*member) return allocation::no_such_member();
  auto leases = leases_in_force(connection, user, now);
  if (!leases) return fail(leases.error());
  MemberRecord record = std::move((*member)->record);
  record.leases = std::move(*leases);
  return record;
}

// The row as the record now says, and what happened.
Result<MemberRecord> keep(Connection& connection, MemberRecord record, const Event& event) {
  Result<Query> update = connection.query(
      "UPDATE assignments SET leases_max = ?, suspended_since = ?, suspended_reason = ? "
      "WHERE holder = ?");
  if (update) {
    const auto& [since, reason] = record.suspension.value_or(Suspension{});
    update->bind(record.leases_max ? std::optional<std::int64_t>{*record.leases_max}
                                   : std::nullopt);
    if (record.suspension) update->bind(seconds_of(since)).bind(reason);
    if (!record.suspension) update->bind(std::nullopt).bind(std::nullopt);
    update->bind(record.assignment.holder.text());
  }
  Result<void> kept = run(std::move(update));
  if (kept) kept = tell_and_move(connection, event);
  return kept ? Result<MemberRecord>{std::move(record)} : fail(kept.error());
}

}  // namespace

Result<std::vector<MemberRecord>> SqliteOversight::members(const MemberSearch& wanted,
                                                           std::size_t limit, Instant now) const {
  using Records = std::vector<MemberRecord>;
  return file_.reading<Records>([&](Connection& connection) -> Result<Records> {
    auto rows = members_with_leases(connection, wanted, limit, now);
    if (!rows) return fail(rows.error());
    Records records;
    for (MemberRow& row : *rows) records.push_back(std::move(row.record));
    return records;
  });
}

Result<MemberRecord> SqliteOversight::member(const UserHash& user, Instant now) const {
  return file_.reading<MemberRecord>(
      [&](Connection& connection) { return record_of(connection, user, now); });
}

Result<MemberRecord> SqliteOversight::suspend(const UserHash& user, const std::string& reason,
                                              const std::string& by, Instant now) {
  return file_.changing<MemberRecord>([&](Connection& connection) -> Result<MemberRecord> {
    Result<MemberRecord> record = record_of(connection, user, now);
    if (!record) return record;
    record->suspension = {record->suspension ? record->suspension->since : now, reason};
    const Result<void> left = leave_all_lines(connection, user);
    if (!left) return fail(left.error());
    Event event = new_event(EventKind::Suspended, record->number, now, by);
    event.note = reason;
    return keep(connection, std::move(*record), event);
  });
}

Result<MemberRecord> SqliteOversight::resume(const UserHash& user, const std::string& by,
                                             Instant now) {
  return file_.changing<MemberRecord>([&](Connection& connection) -> Result<MemberRecord> {
    Result<MemberRecord> record = record_of(connection, user, now);
    if (!record || !record->suspension) return record;
    record->suspension.reset();
    const Event event = new_event(EventKind::Resumed, record->number, now, by);
    return keep(connection, std::move(*record), event);
  });
}

Result<MemberRecord> SqliteOversight::set_quota(const UserHash& user,
                                                std::optional<std::uint32_t> leases_max,
                                                const std::string& by, Instant now) {
  return file_.changing<MemberRecord>([&](Connection& connection) -> Result<MemberRecord> {
    Result<MemberRecord> record = record_of(connection, user, now);
    if (!record) return record;
    record->leases_max = leases_max;
    Event event = new_event(EventKind::QuotaSet, record->number, now, by);
    event.note = leases_max ? std::to_string(*leases_max) : "default";
    return keep(connection, std::move(*record), event);
  });
}

Result<std::vector<LeaseRecord>> SqliteOversight::leases(std::optional<Prefix48> after,
                                                         std::size_t limit, Instant now) const {
  return file_.reading<std::vector<LeaseRecord>>(
      [&](Connection& connection) { return leases_after(connection, after, limit, now); });
}

Result<Lease> SqliteOversight::end_lease(const Prefix48& prefix, const std::string& by,
                                         Instant now) {
  return file_.changing<Lease>([&](Connection& connection) -> Result<Lease> {
    const auto held = lease_at(connection, prefix, now);
    if (!held) return fail(held.error());
    if (!*held || !(*held)->last) return allocation::nobody_holds(prefix);
    const Result<Lease> closed = close(connection, (*held)->lease, now);
    if (!closed) return closed;
    const Result<void> told =
        tell(connection, new_event(EventKind::LeaseEnded, (*held)->member, now, by, *closed));
    return told ? closed : fail(told.error());
  });
}

Result<void> SqliteOversight::forget(const UserHash& user, const std::string& by, Instant now) {
  const auto forgotten = file_.changing<bool>(
      [&](Connection& connection) { return sqlite::forget(connection, user, by, now); });
  if (!forgotten) return fail(forgotten.error());
  if (!*forgotten) return allocation::no_such_member();
  file_.sweep();
  return {};
}

Result<std::optional<Tenure>> SqliteOversight::tenure_of(const Prefix48& prefix, Instant at) const {
  using Found = std::optional<Tenure>;
  return file_.reading<Found>([&](Connection& connection) -> Result<Found> {
    const auto held = lease_at(connection, prefix, at);
    if (!held) return fail(held.error());
    if (!*held) return Found{};
    return Tenure{(*held)->member, (*held)->asn, (*held)->lease.window};
  });
}

Result<std::uint64_t> SqliteOversight::waiting_for(const PrefixPool& pool, Instant now) const {
  return file_.reading<std::uint64_t>(
      [&](Connection& connection) { return sqlite::waiting_for(connection, pool, now); });
}

Result<std::vector<PrefixUse>> SqliteOversight::pool_use(Instant since) const {
  using Used = std::vector<PrefixUse>;
  return file_.reading<Used>([&](Connection& connection) -> Result<Used> {
    Result<Query> query = connection.query(
        "SELECT network, free_from FROM used_prefixes WHERE free_from > ? ORDER BY network");
    if (!query) return fail(query.error());
    query->bind(seconds_of(since));
    for (Used use;;) {
      const Result<bool> row = query->step();
      if (!row) return fail(row.error());
      if (!*row) return use;
      use.push_back({prefix_of(query->integer(0)), instant_of(query->integer(1))});
    }
  });
}

Result<Taken> SqliteOversight::taken(const AsnRange& asns, Instant now) const {
  return file_.reading<Taken>([&](Connection& connection) -> Result<Taken> {
    Result<Query> query = connection.query(
        "SELECT (SELECT count(*) FROM assignments WHERE asn BETWEEN ? AND ?), "
        "(SELECT count(*) FROM used_prefixes WHERE free_from > ?)");
    if (!query) return fail(query.error());
    query->bind(std::int64_t{asns.first()}).bind(std::int64_t{asns.last()}).bind(seconds_of(now));
    const Result<bool> row = query->step();
    if (!row) return fail(row.error());
    return Taken{static_cast<std::uint64_t>(query->integer(0)),
                 static_cast<std::uint64_t>(query->integer(1))};
  });
}

// Asked often, when there is mostly nothing: then no writer waits for it.
Result<std::size_t> SqliteOversight::seal_events() {
  const Result<bool> any = file_.reading<bool>(&anything_to_seal);
  if (!any) return fail(any.error());
  if (!*any) return std::size_t{0};
  return file_.changing<std::size_t>(&sqlite::seal_events);
}

Result<std::vector<SealedEvent>> SqliteOversight::chain_after(std::uint64_t position,
                                                              std::size_t limit) const {
  return file_.reading<std::vector<SealedEvent>>(
      [&](Connection& connection) { return sqlite::chain_after(connection, position, limit); });
}

Result<Chain> SqliteOversight::verify_chain() const {
  return file_.reading<Chain>(&sqlite::verify_chain);
}

}  // namespace peerlab::sqlite

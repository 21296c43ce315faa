#include "ledger/sqlite/steps.h"

#include "ledger/allocation.h"
#include "ledger/sqlite/allocation_queries.h"
#include "ledger/sqlite/events.h"

namespace peerlab::sqlite {
namespace {

Result<void> note_use(Connection& connection, const Prefix48& prefix, Instant free_from,
                      const UserHash& holder) {
  Result<Query> query = connection.query(
      "INSERT INTO used_prefixes (network, free_from, last_holder) VALUES (?, ?, ?) "
      "ON CONFLICT DO UPDATE SET free_from = excluded.free_from, last_holder = "
      "excluded.last_holder");
  if (query) query->bind(number_of(prefix)).bind(seconds_of(free_from)).bind(holder.text());
  return run(std::move(query));
}

}  // namespace

Result<void> move_version(Connection& connection) {
  return run(connection.query("UPDATE ledger_version SET version = version + 1"));
}

Result<void> tell_and_move(Connection& connection, const Event& event) {
  const Result<void> told = tell(connection, event);
  return told ? move_version(connection) : told;
}

Result<MemberRecord> add_member(Connection& connection, const Seal& seal, const Subject& subject,
                                const AsnRange& pool, Instant now) {
  const auto asn = choose_asn(connection, pool);
  if (!asn) return fail(asn.error());
  if (!*asn) return allocation::asns_exhausted(pool);
  const UserHash user = UserHash::of(subject);
  Result<Query> insert = connection.query(
      "INSERT INTO assignments (holder, sealed_subject, asn, since, number) VALUES (?, ?, ?, ?, "
      "(SELECT coalesce(max(number), 0) + 1 FROM assignments)) RETURNING number");
  if (insert) {
    insert->bind(user.text()).bind_blob(seal.close(subject.secret()));
    insert->bind(std::int64_t{(*asn)->number()}).bind(seconds_of(now));
  }
  const Result<std::int64_t> number = one_integer(std::move(insert));
  if (!number) return fail(number.error());
  Event event =
      new_event(EventKind::AsnAssigned, static_cast<std::uint64_t>(*number), now, kMemberItself);
  event.asn = **asn;
  if (const Result<void> told = tell(connection, event); !told) return fail(told.error());
  return MemberRecord{event.member, Assignment{user, **asn, now}, std::nullopt, std::nullopt, {}};
}

Result<Lease> add_lease(Connection& connection, const Prefix48& prefix, const UserHash& holder,
                        const LeaseWindow& window) {
  Result<Query> insert = connection.query(
      "INSERT INTO leases (network, holder, begin_time, end_time) VALUES (?, ?, ?, ?) RETURNING "
      "id");
  if (insert) {
    insert->bind(number_of(prefix)).bind(holder.text());
    insert->bind(seconds_of(window.begin())).bind(seconds_of(window.end()));
  }
  const Result<std::int64_t> id = one_integer(std::move(insert));
  if (!id) return fail(id.error());
  const Result<void> noted = note_use(connection, prefix, window.end(), holder);
  if (!noted) return fail(noted.error());
  return Lease{static_cast<std::uint64_t>(*id), prefix, holder, window};
}

Result<void> move_end(Connection& connection, const Lease& lease, Instant end) {
  Result<Query> update = connection.query("UPDATE leases SET end_time = ? WHERE id = ?");
  if (update) update->bind(seconds_of(end)).bind(static_cast<std::int64_t>(lease.id));
  const Result<void> moved = run(std::move(update));
  return moved ? note_use(connection, lease.prefix, end, lease.holder) : moved;
}

Result<Lease> close(Connection& connection, const Lease& lease, Instant now) {
  Lease closed = lease;
  const Result<LeaseWindow> shortened = LeaseWindow::make(lease.window.begin(), now);
  Result<void> done;
  if (shortened) {
    closed.window = *shortened;
    done = move_end(connection, lease, now);
  } else {
    Result<Query> remove = connection.query("DELETE FROM leases WHERE id = ?");
    if (remove) remove->bind(static_cast<std::int64_t>(lease.id));
    done = run(std::move(remove));
    if (done) done = note_use(connection, lease.prefix, now, lease.holder);
  }
  if (done) done = move_version(connection);
  return done ? Result<Lease>{std::move(closed)} : fail(done.error());
}

}  // namespace peerlab::sqlite

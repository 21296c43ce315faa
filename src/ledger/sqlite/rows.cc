#include "ledger/sqlite/rows.h"

namespace peerlab::sqlite {
namespace {

// Columns id, network, begin_time, end_time, rpki, from `at` on.
Result<Lease> lease_in(const Query& row, const UserHash& holder, int at) {
  const auto window =
      LeaseWindow::make(instant_of(row.integer(at + 2)), instant_of(row.integer(at + 3)));
  if (!window) return fail(window.error());
  return Lease{static_cast<std::uint64_t>(row.integer(at)), prefix_of(row.integer(at + 1)), holder,
               *window, row.integer(at + 4) != 0};
}

// Columns asn, since, number, leases_max, suspended_since, suspended_reason, sealed_subject, from
// `at` on.
Result<MemberRow> member_in(const Query& row, const UserHash& holder, int at) {
  const Result<Asn> asn = Asn::make(static_cast<std::uint32_t>(row.integer(at)));
  if (!asn) return fail(asn.error());
  MemberRecord record{static_cast<std::uint64_t>(row.integer(at + 2)),
                      Assignment{holder, *asn, instant_of(row.integer(at + 1))},
                      std::nullopt,
                      std::nullopt,
                      {}};
  if (!row.is_null(at + 3)) record.leases_max = static_cast<std::uint32_t>(row.integer(at + 3));
  if (!row.is_null(at + 4)) {
    record.suspension = Suspension{instant_of(row.integer(at + 4)), row.text(at + 5)};
  }
  return MemberRow{std::move(record), row.text(at + 6)};
}

// Rows in step by holder: its hash, a lease or null, the member.
Result<std::vector<MemberRow>> members_in(Query& query) {
  for (std::vector<MemberRow> members;;) {
    const Result<bool> row = query.step();
    if (!row) return fail(row.error());
    if (!*row) return members;
    const Result<UserHash> holder = UserHash::parse(query.text(0));
    if (!holder) return fail(holder.error());
    if (members.empty() || members.back().record.assignment.holder != *holder) {
      Result<MemberRow> member = member_in(query, *holder, 6);
      if (!member) return fail(member.error());
      members.push_back(std::move(*member));
    }
    if (query.is_null(1)) continue;
    const Result<Lease> lease = lease_in(query, *holder, 1);
    if (!lease) return fail(lease.error());
    members.back().record.leases.push_back(*lease);
  }
}

}  // namespace

Result<void> run(Result<Query>&& query) { return query ? query->finish() : fail(query.error()); }

Result<std::int64_t> one_integer(Result<Query>&& query) {
  if (!query) return fail(query.error());
  const Result<bool> row = query->step();
  if (!row) return fail(row.error());
  const std::int64_t answer = query->integer(0);
  const Result<void> done = query->finish();
  return done ? Result<std::int64_t>{answer} : fail(done.error());
}

Result<std::optional<MemberRow>> find_member(Connection& connection, const UserHash& user) {
  Result<Query> query = connection.query(
      "SELECT asn, since, number, leases_max, suspended_since, suspended_reason, sealed_subject "
      "FROM assignments WHERE holder = ? AND length(sealed_subject) > 0");
  if (!query) return fail(query.error());
  const Result<bool> row = query->bind(user.text()).step();
  if (!row) return fail(row.error());
  if (!*row) return std::optional<MemberRow>{};
  Result<MemberRow> member = member_in(*query, user, 0);
  return member ? Result<std::optional<MemberRow>>{std::move(*member)} : fail(member.error());
}

// One pass over both tables, in step by holder.
Result<std::vector<MemberRow>> members_with_leases(Connection& connection, Instant now) {
  Result<Query> query = connection.query(
      "SELECT a.holder, l.id, l.network, l.begin_time, l.end_time, l.rpki, a.asn, a.since, "
      "a.number, a.leases_max, a.suspended_since, a.suspended_reason, a.sealed_subject "
      "FROM assignments a LEFT JOIN leases l "
      "ON l.holder = a.holder AND l.end_time > ?1 AND l.begin_time <= ?1 "
      "WHERE length(a.sealed_subject) > 0 ORDER BY a.holder, l.network");
  if (!query) return fail(query.error());
  query->bind(seconds_of(now));
  return members_in(*query);
}

// 'g' is behind every hexadecimal digit.
Result<std::vector<MemberRow>> members_with_leases(Connection& connection,
                                                   const MemberSearch& wanted, std::size_t limit,
                                                   Instant now) {
  Result<Query> query = connection.query(
      "SELECT a.holder, l.id, l.network, l.begin_time, l.end_time, l.rpki, a.asn, a.since, "
      "a.number, a.leases_max, a.suspended_since, a.suspended_reason, a.sealed_subject "
      "FROM (SELECT holder, asn, since, number, leases_max, suspended_since, suspended_reason, "
      "sealed_subject FROM assignments WHERE holder >= max(?2, ?3) AND holder < ?2 || 'g' "
      "AND holder <> ?3 AND length(sealed_subject) > 0 "
      "AND (?4 IS NULL OR (suspended_since IS NOT NULL) = ?4) ORDER BY holder LIMIT ?5) a "
      "LEFT JOIN leases l ON l.holder = a.holder AND l.end_time > ?1 AND l.begin_time <= ?1 "
      "ORDER BY a.holder, l.network");
  if (!query) return fail(query.error());
  query->bind(seconds_of(now))
      .bind(wanted.user)
      .bind(wanted.after)
      .bind(wanted.suspended ? std::optional<std::int64_t>{*wanted.suspended} : std::nullopt)
      .bind(static_cast<std::int64_t>(limit));
  return members_in(*query);
}

// Windows of one /48 do not overlap: only the one that began last may still be open.
Result<std::vector<LeaseRecord>> leases_after(Connection& connection, std::optional<Prefix48> after,
                                              std::size_t limit, Instant now) {
  Result<Query> query = connection.query(
      "SELECT l.holder, a.number, a.asn, a.suspended_since, l.id, l.network, l.begin_time, "
      "l.end_time, l.rpki FROM used_prefixes u "
      "CROSS JOIN leases l ON l.id = (SELECT id FROM leases WHERE network = u.network "
      "AND begin_time <= ?1 ORDER BY begin_time DESC LIMIT 1) AND l.end_time > ?1 "
      "CROSS JOIN assignments a ON a.holder = l.holder "
      "WHERE u.network > ?2 AND +u.free_from > ?1 ORDER BY u.network LIMIT ?3");
  if (!query) return fail(query.error());
  query->bind(seconds_of(now))
      .bind(after ? number_of(*after) : std::int64_t{-1})
      .bind(static_cast<std::int64_t>(limit));
  for (std::vector<LeaseRecord> leases;;) {
    const Result<bool> row = query->step();
    if (!row) return fail(row.error());
    if (!*row) return leases;
    const Result<UserHash> holder = UserHash::parse(query->text(0));
    if (!holder) return fail(holder.error());
    const Result<Asn> asn = Asn::make(static_cast<std::uint32_t>(query->integer(2)));
    if (!asn) return fail(asn.error());
    const Result<Lease> lease = lease_in(*query, *holder, 4);
    if (!lease) return fail(lease.error());
    leases.push_back(
        {*lease, static_cast<std::uint64_t>(query->integer(1)), *asn, !query->is_null(3)});
  }
}

Result<std::vector<Lease>> leases_in_force(Connection& connection, const UserHash& holder,
                                           Instant now) {
  Result<Query> query = connection.query(
      "SELECT id, network, begin_time, end_time, rpki FROM leases "
      "WHERE holder = ?1 AND end_time > ?2 AND begin_time <= ?2 ORDER BY network");
  if (!query) return fail(query.error());
  query->bind(holder.text()).bind(seconds_of(now));
  std::vector<Lease> leases;
  for (;;) {
    const Result<bool> row = query->step();
    if (!row) return fail(row.error());
    if (!*row) return leases;
    const Result<Lease> lease = lease_in(*query, holder, 0);
    if (!lease) return fail(lease.error());
    leases.push_back(*lease);
  }
}

Result<std::int64_t> leases_counted(Connection& connection, const UserHash& holder, Instant now) {
  Result<Query> query =
      connection.query("SELECT count(*) FROM leases WHERE holder = ? AND end_time > ?");
  if (query) query->bind(holder.text()).bind(seconds_of(now));
  return one_integer(std::move(query));
}

Result<std::optional<Instant>> next_edge_after(Connection& connection, Instant now) {
  Result<Query> query = connection.query(
      "SELECT min(edge) FROM (SELECT min(end_time) AS edge FROM leases WHERE end_time > ?1 "
      "UNION ALL SELECT min(begin_time) FROM leases WHERE end_time > ?1 AND begin_time > ?1)");
  if (!query) return fail(query.error());
  const Result<bool> row = query->bind(seconds_of(now)).step();
  if (!row) return fail(row.error());
  if (query->is_null(0)) return std::optional<Instant>{};
  return instant_of(query->integer(0));
}

// Windows of one /48 do not overlap: only the one that began last may still be open.
Result<std::optional<HeldLease>> lease_at(Connection& connection, const Prefix48& prefix,
                                          Instant now) {
  Result<Query> query = connection.query(
      "SELECT l.holder, a.number, a.asn, l.id, l.network, l.begin_time, l.end_time, l.rpki, "
      "l.end_time = (SELECT free_from FROM used_prefixes u WHERE u.network = l.network) "
      "FROM leases l JOIN assignments a ON a.holder = l.holder "
      "WHERE l.network = ? AND l.begin_time <= ? ORDER BY l.begin_time DESC LIMIT 1");
  if (!query) return fail(query.error());
  const Result<bool> row = query->bind(number_of(prefix)).bind(seconds_of(now)).step();
  if (!row) return fail(row.error());
  if (!*row) return std::optional<HeldLease>{};
  const Result<UserHash> holder = UserHash::parse(query->text(0));
  if (!holder) return fail(holder.error());
  const Result<Asn> asn = Asn::make(static_cast<std::uint32_t>(query->integer(2)));
  if (!asn) return fail(asn.error());
  const Result<Lease> lease = lease_in(*query, *holder, 3);
  if (!lease) return fail(lease.error());
  if (!lease->active(now)) return std::optional<HeldLease>{};
  return HeldLease{*lease, static_cast<std::uint64_t>(query->integer(1)), *asn,
                   query->integer(8) == 1};
}

}  // namespace peerlab::sqlite

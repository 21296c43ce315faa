#include "ledger/sqlite/sqlite_ledger.h"

#include <mutex>
#include <vector>

#include "ledger/allocation.h"
#include "ledger/sqlite/allocation_queries.h"
#include "ledger/sqlite/connection.h"
#include "ledger/sqlite/migrations.h"

namespace peerlab {
namespace {

using sqlite::Connection;
using sqlite::Query;
using sqlite::Transaction;

std::int64_t seconds_of(Instant instant) { return instant.time_since_epoch().count(); }
Instant instant_of(std::int64_t seconds) { return Instant{std::chrono::seconds{seconds}}; }
std::int64_t number_of(const Prefix48& prefix) {
  return static_cast<std::int64_t>(prefix.network());
}

// Columns id, network, begin_time, end_time, from `at` on.
Result<Lease> lease_in(const Query& row, const UserHash& holder, int at) {
  const auto window =
      LeaseWindow::make(instant_of(row.integer(at + 2)), instant_of(row.integer(at + 3)));
  if (!window) return fail(window.error());
  return Lease{static_cast<std::uint64_t>(row.integer(at)),
               Prefix48::from_network(static_cast<std::uint64_t>(row.integer(at + 1))), holder,
               *window};
}

Result<std::optional<Assignment>> find_assignment(Connection& connection, const UserHash& holder) {
  Result<Query> query = connection.query("SELECT asn, since FROM assignments WHERE holder = ?");
  if (!query) return fail(query.error());
  const Result<bool> row = query->bind(holder.text()).step();
  if (!row) return fail(row.error());
  if (!*row) return std::optional<Assignment>{};
  const Result<Asn> asn = Asn::make(static_cast<std::uint32_t>(query->integer(0)));
  if (!asn) return fail(asn.error());
  return Assignment{holder, *asn, instant_of(query->integer(1))};
}

Result<std::vector<Lease>> leases_in_force(Connection& connection, const UserHash& holder,
                                           Instant now) {
  Result<Query> query = connection.query(
      "SELECT id, network, begin_time, end_time FROM leases "
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

// Every lease that has not ended: one that a faster request began a second after `now` counts too.
Result<std::int64_t> leases_counted(Connection& connection, const UserHash& holder, Instant now) {
  Result<Query> query =
      connection.query("SELECT count(*) FROM leases WHERE holder = ? AND end_time > ?");
  if (!query) return fail(query.error());
  const Result<bool> row = query->bind(holder.text()).bind(seconds_of(now)).step();
  if (!row) return fail(row.error());
  return query->integer(0);
}

Result<void> run(Result<Query>&& query) { return query ? query->finish() : fail(query.error()); }

Result<void> move_version(Connection& connection) {
  return run(connection.query("UPDATE ledger_version SET version = version + 1"));
}

Result<void> note_use(Connection& connection, const Prefix48& prefix, Instant free_from,
                      const UserHash& holder) {
  Result<Query> query = connection.query(
      "INSERT INTO used_prefixes (network, free_from, last_holder) VALUES (?, ?, ?) "
      "ON CONFLICT DO UPDATE SET free_from = excluded.free_from, last_holder = "
      "excluded.last_holder");
  if (query) query->bind(number_of(prefix)).bind(seconds_of(free_from)).bind(holder.text());
  return run(std::move(query));
}

// One writer at a time; readers have connections of their own and, thanks to WAL, never wait for
// it.
class SqliteLedger final : public Ledger {
 public:
  SqliteLedger(std::filesystem::path file, Seal seal, Connection writer)
      : file_{std::move(file)}, seal_{seal}, writer_{std::move(writer)} {}

  Result<AsnGrant> assign_asn(const Subject& holder, const AsnRange& pool, Instant now) override {
    const std::lock_guard lock{writing_};
    const UserHash user = UserHash::of(holder);
    const auto known = find_assignment(writer_, user);
    if (!known) return fail(known.error());
    if (*known) return AsnGrant{**known, false};
    Result<Transaction> transaction = Transaction::begin(writer_);
    if (!transaction) return fail(transaction.error());
    const Result<AsnGrant> grant = assign(holder, pool, now);
    if (!grant || !grant->fresh) return grant;
    if (const Result<void> moved = move_version(writer_); !moved) return fail(moved.error());
    const Result<void> kept = transaction->commit();
    return kept ? grant : fail(kept.error());
  }

  Result<LeaseGrant> lease_prefix(const Subject& holder, const LeaseWindow& window,
                                  const AllocationRules& rules) override {
    const std::lock_guard lock{writing_};
    const UserHash user = UserHash::of(holder);
    Result<Transaction> transaction = Transaction::begin(writer_);
    if (!transaction) return fail(transaction.error());
    const auto held = leases_counted(writer_, user, window.begin());
    if (!held) return fail(held.error());
    if (*held >= rules.leases_per_member_max) {
      return allocation::quota_reached(rules.leases_per_member_max);
    }
    const auto prefix = sqlite::choose_prefix(writer_, user, rules, window.begin());
    if (!prefix) return fail(prefix.error());
    const Result<AsnGrant> asn = assign(holder, rules.asns, window.begin());
    if (!asn) return fail(asn.error());
    const Result<std::uint64_t> id = insert_lease(*prefix, user, window);
    if (!id) return fail(id.error());
    if (const auto noted = note_use(writer_, *prefix, window.end(), user); !noted) {
      return fail(noted.error());
    }
    if (const Result<void> moved = move_version(writer_); !moved) return fail(moved.error());
    if (const Result<void> kept = transaction->commit(); !kept) return fail(kept.error());
    return LeaseGrant{Lease{*id, *prefix, user, window}, asn->assignment};
  }

  Result<Lease> revoke(const UserHash& holder, const Prefix48& prefix, Instant now) override {
    const std::lock_guard lock{writing_};
    Result<Transaction> transaction = Transaction::begin(writer_);
    if (!transaction) return fail(transaction.error());
    Result<Lease> lease = find_lease(holder, prefix, now);
    if (!lease) return lease;
    const Result<LeaseWindow> shortened = LeaseWindow::make(lease->window.begin(), now);
    if (shortened) lease->window = *shortened;
    const Result<void> closed = close_lease(*lease, shortened.has_value());
    if (!closed) return fail(closed.error());
    if (const auto noted = note_use(writer_, prefix, now, holder); !noted)
      return fail(noted.error());
    if (const Result<void> moved = move_version(writer_); !moved) return fail(moved.error());
    const Result<void> kept = transaction->commit();
    return kept ? lease : fail(kept.error());
  }

  Result<Holdings> holdings_of(const UserHash& holder, Instant now) const override {
    return reading<Holdings>([&](Connection& connection) -> Result<Holdings> {
      const auto assignment = find_assignment(connection, holder);
      if (!assignment) return fail(assignment.error());
      Result<std::vector<Lease>> leases = leases_in_force(connection, holder, now);
      if (!leases) return fail(leases.error());
      return Holdings{*assignment, std::move(*leases)};
    });
  }

  Result<HoldingMember> member_at(const UserHash& holder, Instant now) const override {
    return reading<HoldingMember>([&](Connection& connection) -> Result<HoldingMember> {
      const auto assignment = find_assignment(connection, holder);
      if (!assignment) return fail(assignment.error());
      if (!*assignment) return allocation::no_asn_assigned();
      const Result<Subject> subject = subject_of(connection, holder);
      if (!subject) return fail(subject.error());
      Result<std::vector<Lease>> leases = leases_in_force(connection, holder, now);
      if (!leases) return fail(leases.error());
      return HoldingMember{*subject, **assignment, std::move(*leases)};
    });
  }

  Result<std::vector<HoldingMember>> members_at(Instant now) const override {
    return reading<std::vector<HoldingMember>>(
        [&](Connection& connection) { return all_members(connection, now); });
  }

  Result<std::uint64_t> version() const override {
    return reading<std::uint64_t>([](Connection& connection) -> Result<std::uint64_t> {
      Result<Query> query = connection.query("SELECT version FROM ledger_version");
      if (!query) return fail(query.error());
      const Result<bool> row = query->step();
      if (!row) return fail(row.error());
      return static_cast<std::uint64_t>(query->integer(0));
    });
  }

  Result<std::optional<Instant>> next_change_after(Instant now) const override {
    return reading<std::optional<Instant>>([&](Connection& connection)
                                               -> Result<std::optional<Instant>> {
      Result<Query> query = connection.query(
          "SELECT min(edge) FROM (SELECT min(end_time) AS edge FROM leases WHERE end_time > ?1 "
          "UNION ALL SELECT min(begin_time) FROM leases WHERE end_time > ?1 AND begin_time > ?1)");
      if (!query) return fail(query.error());
      const Result<bool> row = query->bind(seconds_of(now)).step();
      if (!row) return fail(row.error());
      if (query->is_null(0)) return std::optional<Instant>{};
      return instant_of(query->integer(0));
    });
  }

  Result<void> ping() const override {
    const Result<std::uint64_t> answered = version();
    return answered ? Result<void>{} : fail(answered.error());
  }

 private:
  // Runs on a reader's connection, which goes back to the shelf afterwards.
  template <class T, class Read>
  Result<T> reading(const Read& read) const {
    std::optional<Connection> connection;
    {
      const std::lock_guard lock{shelf_};
      if (!idle_readers_.empty()) {
        connection = std::move(idle_readers_.back());
        idle_readers_.pop_back();
      }
    }
    if (!connection) {
      Result<Connection> opened = Connection::open(file_, Connection::Missing::Refuse);
      if (!opened)
        return fail(ErrorKind::Unavailable, "the ledger cannot be read right now",
                    opened.error().detail);
      connection = std::move(*opened);
    }
    // One picture: the verb's statements see one state of the file.
    if (const Result<void> begun = connection->execute("BEGIN"); !begun) return fail(begun.error());
    Result<T> answer = read(*connection);
    const Result<void> ended = connection->execute("COMMIT");
    const bool sound = answer || answer.error().kind == ErrorKind::NotFound;
    const std::lock_guard lock{shelf_};
    if (sound && ended) idle_readers_.push_back(std::move(*connection));
    return answer;
  }

  // Within a transaction of the writer.
  Result<AsnGrant> assign(const Subject& holder, const AsnRange& pool, Instant now) {
    const UserHash user = UserHash::of(holder);
    const auto known = find_assignment(writer_, user);
    if (!known) return fail(known.error());
    if (*known) return AsnGrant{**known, false};
    const auto asn = sqlite::choose_asn(writer_, pool);
    if (!asn) return fail(asn.error());
    if (!*asn) return allocation::asns_exhausted(pool);
    Result<Query> insert = writer_.query(
        "INSERT INTO assignments (holder, sealed_subject, asn, since) VALUES (?, ?, ?, ?)");
    if (insert) {
      insert->bind(user.text()).bind_blob(seal_.close(holder.secret()));
      insert->bind(std::int64_t{(*asn)->number()}).bind(seconds_of(now));
    }
    const Result<void> kept = run(std::move(insert));
    if (!kept) return fail(kept.error());
    return AsnGrant{Assignment{user, **asn, now}, true};
  }

  Result<std::uint64_t> insert_lease(const Prefix48& prefix, const UserHash& holder,
                                     const LeaseWindow& window) {
    Result<Query> query = writer_.query(
        "INSERT INTO leases (network, holder, begin_time, end_time) VALUES (?, ?, ?, ?) RETURNING "
        "id");
    if (!query) return fail(query.error());
    query->bind(number_of(prefix)).bind(holder.text());
    query->bind(seconds_of(window.begin())).bind(seconds_of(window.end()));
    const Result<bool> row = query->step();
    if (!row) return fail(row.error());
    const auto id = static_cast<std::uint64_t>(query->integer(0));
    const Result<void> done = query->finish();
    return done ? Result<std::uint64_t>{id} : fail(done.error());
  }

  Result<Lease> find_lease(const UserHash& holder, const Prefix48& prefix, Instant now) {
    Result<Query> query = writer_.query(
        "SELECT id, network, begin_time, end_time FROM leases "
        "WHERE network = ?1 AND holder = ?2 AND begin_time <= ?3 AND end_time > ?3 "
        // What was leased since is not ended by a clock that is behind.
        "AND end_time = (SELECT free_from FROM used_prefixes WHERE network = ?1)");
    if (!query) return fail(query.error());
    query->bind(number_of(prefix)).bind(holder.text()).bind(seconds_of(now));
    const Result<bool> row = query->step();
    if (!row) return fail(row.error());
    return *row ? lease_in(*query, holder, 0) : allocation::no_such_lease(prefix);
  }

  // A lease revoked in the second it began was never in force: its row goes.
  Result<void> close_lease(const Lease& lease, bool was_in_force) {
    if (!was_in_force) {
      Result<Query> remove = writer_.query("DELETE FROM leases WHERE id = ?");
      if (remove) remove->bind(static_cast<std::int64_t>(lease.id));
      return run(std::move(remove));
    }
    Result<Query> shorten = writer_.query("UPDATE leases SET end_time = ? WHERE id = ?");
    if (shorten) {
      shorten->bind(seconds_of(lease.window.end())).bind(static_cast<std::int64_t>(lease.id));
    }
    return run(std::move(shorten));
  }

  Result<Subject> subject_of(Connection& connection, const UserHash& holder) const {
    Result<Query> query =
        connection.query("SELECT sealed_subject FROM assignments WHERE holder = ?");
    if (!query) return fail(query.error());
    const Result<bool> row = query->bind(holder.text()).step();
    if (!row) return fail(row.error());
    return unseal(query->text(0));
  }

  Result<Subject> unseal(const std::string& box) const {
    const Result<Secret> subject = seal_.open(box);
    return subject ? Subject::parse(subject->reveal()) : fail(subject.error());
  }

  // One pass over both tables, in step by holder.
  Result<std::vector<HoldingMember>> all_members(Connection& connection, Instant now) const {
    Result<Query> query = connection.query(
        "SELECT a.holder, a.sealed_subject, a.asn, a.since, l.id, l.network, l.begin_time, "
        "l.end_time "
        "FROM assignments a LEFT JOIN leases l "
        "ON l.holder = a.holder AND l.end_time > ?1 AND l.begin_time <= ?1 "
        "ORDER BY a.holder, l.network");
    if (!query) return fail(query.error());
    query->bind(seconds_of(now));
    std::vector<HoldingMember> members;
    for (;;) {
      const Result<bool> row = query->step();
      if (!row) return fail(row.error());
      if (!*row) return members;
      const Result<UserHash> holder = UserHash::parse(query->text(0));
      if (!holder) return fail(holder.error());
      if (members.empty() || members.back().assignment.holder != *holder) {
        const Result<Subject> subject = unseal(query->text(1));
        const Result<Asn> asn = Asn::make(static_cast<std::uint32_t>(query->integer(2)));
        if (!subject || !asn) return fail(!subject ? subject.error() : asn.error());
        members.push_back({*subject, Assignment{*holder, *asn, instant_of(query->integer(3))}, {}});
      }
      if (query->is_null(4)) continue;
      const Result<Lease> lease = lease_in(*query, *holder, 4);
      if (!lease) return fail(lease.error());
      members.back().leases.push_back(*lease);
    }
  }

  std::filesystem::path file_;
  Seal seal_;
  std::mutex writing_;
  Connection writer_;
  mutable std::mutex shelf_;
  mutable std::vector<Connection> idle_readers_;
};

}  // namespace

Result<std::unique_ptr<Ledger>> open_sqlite_ledger(const std::filesystem::path& file, Seal seal) {
  Result<Connection> writer = Connection::open(file, Connection::Missing::Create);
  if (!writer) return fail(writer.error());
  if (const Result<void> migrated = sqlite::migrate(*writer); !migrated) {
    return fail(migrated.error());
  }
  if (const Result<void> ours = sqlite::check_seal(*writer, seal); !ours) return fail(ours.error());
  return std::make_unique<SqliteLedger>(file, seal, std::move(*writer));
}

}  // namespace peerlab

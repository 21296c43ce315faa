#include "ledger/postgres/postgres_ledger.h"

#include <fmt/format.h>

#include "ledger/allocation.h"
#include "ledger/postgres/listener.h"
#include "ledger/postgres/migrations.h"
#include "ledger/postgres/pool.h"

namespace peerlab {
namespace {

using postgres::Connection;
using postgres::Pool;
using postgres::Repeated;
using postgres::Rows;
using postgres::Values;

std::int64_t seconds_of(Instant instant) { return instant.time_since_epoch().count(); }
Instant instant_of(std::int64_t seconds) { return Instant{std::chrono::seconds{seconds}}; }
std::int64_t number_of(const Prefix48& prefix) {
  return static_cast<std::int64_t>(prefix.network());
}
Prefix48 prefix_of(std::int64_t network) {
  return Prefix48::from_network(static_cast<std::uint64_t>(network));
}

// The pool as an int8multirange: neighbouring blocks are one range of it.
std::string multirange_of(const PrefixPool& pool) {
  std::string text;
  for (const Ipv6Prefix& block : pool.blocks()) {
    const std::int64_t first = number_of(Prefix48::first_of(block));
    text += fmt::format("{}[{},{})", text.empty() ? "" : ",", first,
                        first + (std::int64_t{1} << (48U - block.length())));
  }
  return "{" + text + "}";
}

Result<Assignment> assignment_in(const Rows& rows, int row, int column, const UserHash& holder) {
  const Result<Asn> asn = Asn::make(static_cast<std::uint32_t>(rows.integer(row, column)));
  if (!asn) return fail(asn.error());
  return Assignment{holder, *asn, instant_of(rows.integer(row, column + 1))};
}

// The columns of member_at.sql and members_at.sql.
enum Column { kHolder, kSealedSubject, kAsn, kSince, kLeaseId, kNetwork, kBegin, kEnd };

Result<Lease> lease_in(const Rows& rows, int row, const UserHash& holder) {
  const auto window =
      LeaseWindow::make(instant_of(rows.integer(row, kBegin)), instant_of(rows.integer(row, kEnd)));
  if (!window) return fail(window.error());
  return Lease{static_cast<std::uint64_t>(rows.integer(row, kLeaseId)),
               prefix_of(rows.integer(row, kNetwork)), holder, *window};
}

class PostgresLedger final : public Ledger {
 public:
  PostgresLedger(const PostgresDatabase& database, const postgres::Limits& limits, Seal seal,
                 Connection first)
      : seal_{seal},
        url_{database.url},
        limits_{limits},
        pool_{url_, limits, database.connections} {
    pool_.put(std::move(first));
  }

  Result<AsnGrant> assign_asn(const Subject& holder, const AsnRange& pool, Instant now) override {
    const UserHash user = UserHash::of(holder);
    const auto known = find_assignment(user);
    if (!known) return fail(known.error());
    if (*known) return AsnGrant{**known, false};
    // Done twice it is the same.
    const Result<Rows> rows = pool_.ask(embedded::postgres_assign_asn,
                                        Values{}
                                            .add(user.text())
                                            .add_bytes(seal_.close(holder.secret()))
                                            .add(std::int64_t{pool.first()})
                                            .add(std::int64_t{pool.last()})
                                            .add(seconds_of(now)),
                                        Repeated::Harmless);
    if (!rows) return fail(rows.error());
    if (rows->size() == 0) return allocation::asns_exhausted(pool);
    const Result<Assignment> assignment = assignment_in(*rows, 0, 0, user);
    if (!assignment) return fail(assignment.error());
    return AsnGrant{*assignment, rows->integer(0, 2) == 1};
  }

  Result<LeaseGrant> lease_prefix(const Subject& holder, const LeaseWindow& window,
                                  const AllocationRules& rules) override {
    const UserHash user = UserHash::of(holder);
    const Result<Rows> rows = pool_.ask(embedded::postgres_lease_prefix,
                                        Values{}
                                            .add(user.text())
                                            .add_bytes(seal_.close(holder.secret()))
                                            .add(seconds_of(window.begin()))
                                            .add(seconds_of(window.end()))
                                            .add(multirange_of(rules.pool))
                                            .add(std::int64_t{rules.asns.first()})
                                            .add(std::int64_t{rules.asns.last()})
                                            .add(std::int64_t{rules.leases_per_member_max})
                                            .add(std::int64_t{rules.cool_down.count()})
                                            .add(std::int64_t{rules.cool_down_floor.count()}),
                                        Repeated::Harmful);
    if (!rows) return fail(rows.error());
    enum { kRefused, kNextFree, kId, kLeasedNetwork, kHeldAsn };
    if (!rows->is_null(0, kRefused)) {
      const std::string refused = rows->text(0, kRefused);
      if (refused == "quota") return allocation::quota_reached(rules.leases_per_member_max);
      if (refused == "asns") return allocation::asns_exhausted(rules.asns);
      std::optional<Instant> next;
      if (!rows->is_null(0, kNextFree)) next = instant_of(rows->integer(0, kNextFree));
      return allocation::prefixes_exhausted(next, window.begin());
    }
    const Result<Assignment> assignment = assignment_in(*rows, 0, kHeldAsn, user);
    if (!assignment) return fail(assignment.error());
    return LeaseGrant{Lease{static_cast<std::uint64_t>(rows->integer(0, kId)),
                            prefix_of(rows->integer(0, kLeasedNetwork)), user, window},
                      *assignment};
  }

  Result<Lease> revoke(const UserHash& holder, const Prefix48& prefix, Instant now) override {
    const Result<Rows> rows = pool_.ask(
        embedded::postgres_revoke_lease,
        Values{}.add(holder.text()).add(number_of(prefix)).add(seconds_of(now)), Repeated::Harmful);
    if (!rows) return fail(rows.error());
    if (rows->size() == 0) return allocation::no_such_lease(prefix);
    const auto window =
        LeaseWindow::make(instant_of(rows->integer(0, 1)), instant_of(rows->integer(0, 2)));
    if (!window) return fail(window.error());
    return Lease{static_cast<std::uint64_t>(rows->integer(0, 0)), prefix, holder, *window};
  }

  Result<Holdings> holdings_of(const UserHash& holder, Instant now) const override {
    const Result<Rows> rows = rows_of(holder, now);
    if (!rows) return fail(rows.error());
    if (rows->size() == 0) return Holdings{};
    const Result<Assignment> assignment = assignment_in(*rows, 0, kAsn, holder);
    if (!assignment) return fail(assignment.error());
    Result<std::vector<Lease>> leases = leases_in(*rows, holder);
    if (!leases) return fail(leases.error());
    return Holdings{*assignment, std::move(*leases)};
  }

  Result<HoldingMember> member_at(const UserHash& holder, Instant now) const override {
    const Result<Rows> rows = rows_of(holder, now);
    if (!rows) return fail(rows.error());
    if (rows->size() == 0) return allocation::no_asn_assigned();
    Result<HoldingMember> member = member_in(*rows, 0, holder);
    if (!member) return member;
    Result<std::vector<Lease>> leases = leases_in(*rows, holder);
    if (!leases) return fail(leases.error());
    member->leases = std::move(*leases);
    return member;
  }

  Result<std::vector<HoldingMember>> members_at(Instant now) const override {
    const Result<Rows> rows =
        pool_.ask(embedded::postgres_members_at, Values{}.add(seconds_of(now)), Repeated::Harmless);
    if (!rows) return fail(rows.error());
    std::vector<HoldingMember> members;
    for (int row = 0; row < rows->size(); ++row) {
      const Result<UserHash> holder = UserHash::parse(rows->text(row, kHolder));
      if (!holder) return fail(holder.error());
      if (members.empty() || members.back().assignment.holder != *holder) {
        Result<HoldingMember> member = member_in(*rows, row, *holder);
        if (!member) return fail(member.error());
        members.push_back(std::move(*member));
      }
      if (rows->is_null(row, kLeaseId)) continue;
      const Result<Lease> lease = lease_in(*rows, row, *holder);
      if (!lease) return fail(lease.error());
      members.back().leases.push_back(*lease);
    }
    return members;
  }

  Result<std::uint64_t> version() const override {
    const Result<Rows> rows = pool_.ask(embedded::postgres_version, Values{}, Repeated::Harmless);
    if (!rows) return fail(rows.error());
    return static_cast<std::uint64_t>(rows->integer(0, 0));
  }

  std::unique_ptr<Listening> listen(std::function<void()> heard) const override {
    return std::make_unique<postgres::Listener>(url_, limits_, std::move(heard));
  }

  Result<std::optional<Instant>> next_change_after(Instant now) const override {
    const Result<Rows> rows = pool_.ask(embedded::postgres_next_change_after,
                                        Values{}.add(seconds_of(now)), Repeated::Harmless);
    if (!rows) return fail(rows.error());
    if (rows->is_null(0, 0)) return std::optional<Instant>{};
    return instant_of(rows->integer(0, 0));
  }

  Result<void> ping() const override {
    const Result<std::uint64_t> answered = version();
    return answered ? Result<void>{} : fail(answered.error());
  }

 private:
  Result<std::optional<Assignment>> find_assignment(const UserHash& holder) const {
    const Result<Rows> rows = pool_.ask(embedded::postgres_find_assignment,
                                        Values{}.add(holder.text()), Repeated::Harmless);
    if (!rows) return fail(rows.error());
    if (rows->size() == 0) return std::optional<Assignment>{};
    const Result<Assignment> found = assignment_in(*rows, 0, 0, holder);
    if (!found) return fail(found.error());
    return *found;
  }

  // The member's assignment beside each of its leases in force; none where it has no ASN.
  Result<Rows> rows_of(const UserHash& holder, Instant now) const {
    return pool_.ask(embedded::postgres_member_at, Values{}.add(holder.text()).add(seconds_of(now)),
                     Repeated::Harmless);
  }

  static Result<std::vector<Lease>> leases_in(const Rows& rows, const UserHash& holder) {
    std::vector<Lease> leases;
    for (int row = 0; row < rows.size() && !rows.is_null(row, kLeaseId); ++row) {
      const Result<Lease> lease = lease_in(rows, row, holder);
      if (!lease) return fail(lease.error());
      leases.push_back(*lease);
    }
    return leases;
  }

  // Without leases.
  Result<HoldingMember> member_in(const Rows& rows, int row, const UserHash& holder) const {
    const Result<Secret> unsealed = seal_.open(rows.text(row, kSealedSubject));
    if (!unsealed) return fail(unsealed.error());
    const Result<Subject> subject = Subject::parse(unsealed->reveal());
    if (!subject) return fail(subject.error());
    const Result<Assignment> assignment = assignment_in(rows, row, kAsn, holder);
    if (!assignment) return fail(assignment.error());
    return HoldingMember{*subject, *assignment, {}};
  }

  Seal seal_;
  const Secret url_;
  const postgres::Limits limits_;
  mutable Pool pool_;
};

}  // namespace

Result<std::unique_ptr<Ledger>> open_postgres_ledger(const PostgresDatabase& database, Seal seal) {
  const postgres::Limits limits;
  postgres::Answer<Connection> first = Connection::open(database.url, limits);
  if (!first) {
    return fail(ErrorKind::Unavailable,
                fmt::format("cannot reach the database: {}", first.error().cause));
  }
  if (const Result<void> migrated = postgres::migrate(*first); !migrated) {
    return fail(migrated.error());
  }
  if (const Result<void> ours = postgres::check_seal(*first, seal); !ours) {
    return fail(ours.error());
  }
  return std::make_unique<PostgresLedger>(database, limits, seal, std::move(*first));
}

}  // namespace peerlab

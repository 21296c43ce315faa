#include "ledger/postgres/postgres_ledger.h"

#include <fmt/format.h>

#include <limits>

#include "ledger/line.h"
#include "ledger/postgres/listener.h"
#include "ledger/postgres/migrations.h"
#include "ledger/postgres/postgres_oversight.h"
#include "ledger/postgres/reader.h"
#include "ledger/postgres/rows.h"

namespace peerlab {
namespace {

using namespace postgres;

// The first columns of renew_lease.sql and switch_rpki.sql.
enum Own { kOwnRefused, kOwnSince, kOwnReason, kOwnId, kOwnBegin, kOwnEnd, kOwnLast };

Result<Lease> own_lease_in(const Rows& rows, const UserHash& holder, const Prefix48& prefix,
                           bool rpki) {
  if (!rows.is_null(0, kOwnRefused)) {
    if (rows.is_null(0, kOwnSince)) return allocation::no_such_lease(prefix);
    return allocation::suspended(
        {instant_of(rows.integer(0, kOwnSince)), rows.text(0, kOwnReason)});
  }
  const auto window = window_in(rows, 0, kOwnBegin);
  if (!window) return fail(window.error());
  return Lease{static_cast<std::uint64_t>(rows.integer(0, kOwnId)), prefix, holder, *window, rpki};
}

// The columns of lease_prefix.sql.
enum Granted {
  kRefused,
  kNextFree,
  kQuota,
  kSuspendedFrom,
  kSuspendedFor,
  kReplayed,
  kId,
  kNetwork,
  kFrom,
  kUntil,
  kHeldAsn
};

Failure not_leased(const Rows& rows, const AllocationRules& rules, Instant now) {
  const std::string refused = rows.text(0, kRefused);
  if (refused == "key") return allocation::other_request_of_this_key();
  if (refused == "suspended") {
    return allocation::suspended(
        {instant_of(rows.integer(0, kSuspendedFrom)), rows.text(0, kSuspendedFor)});
  }
  if (refused == "quota") {
    return allocation::quota_reached(static_cast<std::uint32_t>(rows.integer(0, kQuota)));
  }
  if (refused == "asns") return allocation::asns_exhausted(rules.asns);
  std::optional<Instant> next;
  if (!rows.is_null(0, kNextFree)) next = instant_of(rows.integer(0, kNextFree));
  return allocation::prefixes_exhausted(next, now);
}

// The columns of place_of.sql.
Place place_in(const Rows& rows) {
  std::optional<Instant> turn;
  if (!rows.is_null(0, 4)) turn = instant_of(rows.integer(0, 4));
  return {static_cast<std::uint64_t>(rows.integer(0, 0)),
          static_cast<std::uint64_t>(rows.integer(0, 1)), instant_of(rows.integer(0, 2)),
          instant_of(rows.integer(0, 3)), turn};
}

std::int64_t kept_for_the_line() { return std::chrono::seconds{line::kKept}.count(); }

// Of holdings.sql: nothing where the member has no ASN.
Result<std::optional<Holdings>> holdings_in(const Rows& rows) {
  Result<std::optional<MemberRow>> found = one_member_in(rows);
  if (!found) return fail(found.error());
  if (!*found) return std::optional<Holdings>{};
  MemberRecord& record = (*found)->record;
  return Holdings{record.assignment, std::move(record.leases), record.leases_max,
                  std::move(record.suspension), waits_in(rows)};
}

// Of waits.sql: somebody may wait for a first lease.
Holdings without_asn(const Rows& rows) { return Holdings{{}, {}, {}, {}, rows.integer(0, 0) == 1}; }

// Connections for reads beside the pool's: a second and third only where the server is slow.
constexpr std::size_t kReaders = 3;

class PostgresLedger final : public Ledger {
 public:
  PostgresLedger(const PostgresDatabase& database, const postgres::Limits& limits, Seal seal,
                 Connection first)
      : seal_{seal},
        url_{database.url},
        limits_{limits},
        pool_{url_, limits, database.connections},
        reader_{url_, limits, kReaders} {
    pool_.put(std::move(first));
  }

  Result<AsnGrant> assign_asn(const Subject& holder, const AsnRange& pool, Instant now) override {
    const UserHash user = UserHash::of(holder);
    // Asked again it writes nothing, and nobody is told that it did.
    const auto known = assignment_of(user);
    if (!known) return fail(known.error());
    if (*known) return AsnGrant{**known, false};
    // Done twice it is the same.
    const Result<Rows> rows = pool_.change(embedded::postgres_assign_asn,
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

  using Ledger::lease_prefix;
  Result<LeaseGrant> lease_prefix(const Subject& holder, const LeaseWindow& window,
                                  const AllocationRules& rules,
                                  const std::optional<RequestKey>& key) override {
    const UserHash user = UserHash::of(holder);
    Values values;
    values.add(user.text())
        .add_bytes(seal_.close(holder.secret()))
        .add(seconds_of(window.begin()))
        .add(seconds_of(window.end()))
        .add(multirange_of(rules.pool))
        .add(std::int64_t{rules.asns.first()})
        .add(std::int64_t{rules.asns.last()})
        .add(std::int64_t{rules.leases_per_member_max})
        .add(std::int64_t{rules.cool_down.count()})
        .add(std::int64_t{rules.cool_down_floor.count()});
    key ? values.add(key->key).add(key->digest) : values.add_null().add_null();
    values.add(std::int64_t{std::chrono::seconds{kKeyKept}.count()})
        .add(line::name_of(rules.pool))
        .add(kept_for_the_line());
    // With a key the second time gets what the first one got.
    const Result<Rows> rows = pool_.change(embedded::postgres_lease_prefix, values,
                                           key ? Repeated::Harmless : Repeated::Harmful);
    if (!rows) return fail(rows.error());
    if (!rows->is_null(0, kRefused)) return not_leased(*rows, rules, window.begin());
    const Result<Assignment> assignment = assignment_in(*rows, 0, kHeldAsn, user);
    if (!assignment) return fail(assignment.error());
    const auto granted = window_in(*rows, 0, kFrom);
    if (!granted) return fail(granted.error());
    return LeaseGrant{Lease{static_cast<std::uint64_t>(rows->integer(0, kId)),
                            prefix_of(rows->integer(0, kNetwork)), user, *granted},
                      *assignment, rows->integer(0, kReplayed) == 1};
  }

  Result<Lease> revoke(const UserHash& holder, const Prefix48& prefix, Instant now) override {
    const Result<Rows> rows = pool_.change(
        embedded::postgres_revoke_lease,
        Values{}.add(holder.text()).add(number_of(prefix)).add(seconds_of(now)), Repeated::Harmful);
    if (!rows) return fail(rows.error());
    if (rows->size() == 0) return allocation::no_such_lease(prefix);
    return lease_in(*rows, 0, 0, holder);
  }

  Result<Lease> renew(const UserHash& holder, const Prefix48& prefix, Instant end,
                      Instant now) override {
    const Result<Rows> rows = pool_.change(embedded::postgres_renew_lease,
                                           Values{}
                                               .add(holder.text())
                                               .add(number_of(prefix))
                                               .add(seconds_of(end))
                                               .add(seconds_of(now)),
                                           Repeated::Harmless);
    if (!rows) return fail(rows.error());
    const bool refused = !rows->is_null(0, kOwnRefused);
    return own_lease_in(*rows, holder, prefix, refused || rows->integer(0, kOwnLast) == 1);
  }

  Result<RpkiSwitch> switch_rpki(const UserHash& holder, const Prefix48& prefix, bool on,
                                 Instant now) override {
    const Result<Rows> rows = pool_.change(embedded::postgres_switch_rpki,
                                           Values{}
                                               .add(holder.text())
                                               .add(number_of(prefix))
                                               .add(std::string_view{on ? "true" : "false"})
                                               .add(seconds_of(now)),
                                           Repeated::Harmful);
    if (!rows) return fail(rows.error());
    const Result<Lease> lease = own_lease_in(*rows, holder, prefix, on);
    if (!lease) return fail(lease.error());
    return RpkiSwitch{*lease, rows->integer(0, kOwnLast) == 1};
  }

  Result<std::vector<Event>> events_of(const UserHash& holder, std::optional<std::uint64_t> before,
                                       std::size_t limit) const override {
    constexpr auto kAfterAll = std::numeric_limits<std::uint64_t>::max();
    const Result<Rows> rows = pool_.ask(embedded::postgres_events_of,
                                        Values{}
                                            .add(holder.text())
                                            .add(clamped(before.value_or(kAfterAll)))
                                            .add(static_cast<std::int64_t>(limit)),
                                        Repeated::Harmless);
    if (!rows) return fail(rows.error());
    std::vector<Event> events;
    for (int row = 0; row < rows->size(); ++row) {
      Result<Event> event = event_in(*rows, row, 0);
      if (!event) return fail(event.error());
      events.push_back(std::move(*event));
    }
    return events;
  }

  void tell_holdings(const UserHash& holder, Instant now, Told<Holdings> told) const override {
    const auto take = [this, holder, now, told = std::move(told)](Result<Rows> rows) {
      if (!rows) return told(fail(rows.error()));
      Result<std::optional<Holdings>> holdings = holdings_in(*rows);
      if (!holdings) return told(fail(holdings.error()));
      if (*holdings) return told(**std::move(holdings));
      reader_.ask(embedded::postgres_waits, values_of(holder, now),
                  [told](const Result<Rows>& waits) { told(waits.map(&without_asn)); });
    };
    reader_.ask(embedded::postgres_holdings, values_of(holder, now), take);
  }

  void tell_assignment(const UserHash& holder,
                       Told<std::optional<Assignment>> told) const override {
    const auto take = [holder, told = std::move(told)](const Result<Rows>& rows) {
      if (!rows) return told(fail(rows.error()));
      if (rows->size() == 0) return told(std::optional<Assignment>{});
      told(assignment_in(*rows, 0, 0, holder).map([](const Assignment& found) {
        return std::optional{found};
      }));
    };
    reader_.ask(embedded::postgres_find_assignment, Values{}.add(holder.text()), take);
  }

  Result<std::optional<Place>> place_of(const UserHash& holder, const AllocationRules& rules,
                                        Instant now) const override {
    const Result<Rows> rows = pool_.ask(embedded::postgres_place_of,
                                        Values{}
                                            .add(holder.text())
                                            .add(line::name_of(rules.pool))
                                            .add(seconds_of(now))
                                            .add(multirange_of(rules.pool))
                                            .add(std::int64_t{rules.cool_down_floor.count()})
                                            .add(kept_for_the_line()),
                                        Repeated::Harmless);
    if (!rows) return fail(rows.error());
    if (rows->size() == 0) return std::optional<Place>{};
    return place_in(*rows);
  }

  void tell_member(const UserHash& holder, Instant now, Told<HoldingMember> told) const override {
    reader_.ask(embedded::postgres_member_at, values_of(holder, now),
                [this, told = std::move(told)](const Result<Rows>& rows) {
                  told(rows ? member_in(*rows) : fail(rows.error()));
                });
  }

  Result<std::vector<HoldingMember>> members_at(Instant now) const override {
    const Result<Rows> rows =
        pool_.ask(embedded::postgres_members_at, Values{}.add(seconds_of(now)), Repeated::Harmless);
    if (!rows) return fail(rows.error());
    Result<std::vector<MemberRow>> found = members_in(*rows);
    if (!found) return fail(found.error());
    std::vector<HoldingMember> members;
    members.reserve(found->size());
    for (MemberRow& row : *found) {
      Result<HoldingMember> member = stored::seen_by_routers(std::move(row), seal_);
      if (!member) return fail(member.error());
      members.push_back(std::move(*member));
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

  Oversight& oversight() override { return oversight_; }

  Result<void> ping() const override {
    const Result<std::uint64_t> answered = version();
    return answered ? Result<void>{} : fail(answered.error());
  }

  void hasten() override { limits_.haste->begin(); }

 private:
  static Values values_of(const UserHash& holder, Instant now) {
    return Values{}.add(holder.text()).add(seconds_of(now));
  }

  Result<HoldingMember> member_in(const Rows& rows) const {
    Result<std::optional<MemberRow>> found = one_member_in(rows);
    if (!found) return fail(found.error());
    if (!*found || (*found)->sealed_subject.empty()) return allocation::no_asn_assigned();
    return stored::seen_by_routers(**std::move(found), seal_);
  }

  Seal seal_;
  const Secret url_;
  const postgres::Limits limits_;
  mutable Pool pool_;
  mutable postgres::Reader reader_;
  PostgresOversight oversight_{pool_};
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

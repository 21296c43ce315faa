#include "ledger/sqlite/sqlite_ledger.h"

#include <fmt/format.h>

#include "ledger/allocation.h"
#include "ledger/ledger_at_once.h"
#include "ledger/sqlite/events.h"
#include "ledger/sqlite/leasing.h"
#include "ledger/sqlite/line.h"
#include "ledger/sqlite/migrations.h"
#include "ledger/sqlite/sqlite_oversight.h"
#include "ledger/sqlite/steps.h"

namespace peerlab {
namespace {

using sqlite::Connection;
using sqlite::HeldLease;
using sqlite::Query;

// Of this holder, in force, and the last of its /48.
Result<HeldLease> held_by(Connection& connection, const UserHash& holder, const Prefix48& prefix,
                          Instant now) {
  const auto held = sqlite::lease_at(connection, prefix, now);
  if (!held) return fail(held.error());
  const bool own = *held && (*held)->last && (*held)->lease.holder == holder;
  if (!own) return allocation::no_such_lease(prefix);
  return **held;
}

// The same, unless an operator suspended the holder.
Result<HeldLease> changeable(Connection& connection, const UserHash& holder, const Prefix48& prefix,
                             Instant now) {
  const auto member = sqlite::find_member(connection, holder);
  if (!member) return fail(member.error());
  if (*member && (*member)->record.suspension) {
    return allocation::suspended(*(*member)->record.suspension);
  }
  return held_by(connection, holder, prefix, now);
}

class SqliteLedger final : public LedgerAtOnce {
 public:
  SqliteLedger(std::filesystem::path file, Seal seal, Connection writer, sqlite::OpenedFiles opened)
      : file_{std::move(file), std::move(writer), std::move(opened)}, seal_{seal} {}
  using Ledger::lease_prefix;

  Result<AsnGrant> assign_asn(const Subject& holder, const AsnRange& pool, Instant now) override {
    const UserHash user = UserHash::of(holder);
    return file_.changing<AsnGrant>([&](Connection& connection) -> Result<AsnGrant> {
      const auto known = sqlite::find_member(connection, user);
      if (!known) return fail(known.error());
      if (*known) return AsnGrant{(*known)->record.assignment, false};
      const auto added = sqlite::add_member(connection, seal_, holder, pool, now);
      if (!added) return fail(added.error());
      const Result<void> moved = sqlite::move_version(connection);
      return moved ? Result<AsnGrant>{AsnGrant{added->assignment, true}} : fail(moved.error());
    });
  }

  Result<LeaseGrant> lease_prefix(const Subject& holder, const LeaseWindow& window,
                                  const AllocationRules& rules,
                                  const std::optional<RequestKey>& key) override {
    auto outcome = file_.changing<sqlite::LeaseOutcome>([&](Connection& connection) {
      return sqlite::lease(connection, seal_, holder, window, rules, key);
    });
    if (!outcome) return fail(outcome.error());
    if (const auto* const refused = std::get_if<Error>(&*outcome)) return fail(*refused);
    return std::get<LeaseGrant>(*std::move(outcome));
  }

  Result<Lease> revoke(const UserHash& holder, const Prefix48& prefix, Instant now) override {
    return file_.changing<Lease>([&](Connection& connection) -> Result<Lease> {
      const Result<HeldLease> held = held_by(connection, holder, prefix, now);
      if (!held) return fail(held.error());
      const Result<Lease> closed = sqlite::close(connection, held->lease, now);
      if (!closed) return closed;
      const Result<void> told = sqlite::tell(
          connection,
          sqlite::new_event(EventKind::Revoked, held->member, now, kMemberItself, *closed));
      return told ? closed : fail(told.error());
    });
  }

  Result<Lease> renew(const UserHash& holder, const Prefix48& prefix, Instant end,
                      Instant now) override {
    return file_.changing<Lease>([&](Connection& connection) -> Result<Lease> {
      const Result<HeldLease> held = changeable(connection, holder, prefix, now);
      if (!held) return fail(held.error());
      Lease lease = held->lease;
      if (end <= lease.window.end()) return lease;
      const Result<LeaseWindow> longer = LeaseWindow::make(lease.window.begin(), end);
      if (!longer) return fail(longer.error());
      lease.window = *longer;
      Result<void> done = sqlite::move_end(connection, lease, end);
      if (done) {
        done = sqlite::tell_and_move(connection, sqlite::new_event(EventKind::Renewed, held->member,
                                                                   now, kMemberItself, lease));
      }
      return done ? Result<Lease>{lease} : fail(done.error());
    });
  }

  Result<RpkiSwitch> switch_rpki(const UserHash& holder, const Prefix48& prefix, bool on,
                                 Instant now) override {
    return file_.changing<RpkiSwitch>([&](Connection& connection) -> Result<RpkiSwitch> {
      const Result<HeldLease> held = changeable(connection, holder, prefix, now);
      if (!held) return fail(held.error());
      Lease lease = held->lease;
      if (lease.rpki == on) return RpkiSwitch{lease, false};
      lease.rpki = on;
      Result<Query> update = connection.query("UPDATE leases SET rpki = ? WHERE id = ?");
      if (update) update->bind(std::int64_t{on}).bind(static_cast<std::int64_t>(lease.id));
      Result<void> done = sqlite::run(std::move(update));
      Event event =
          sqlite::new_event(EventKind::RpkiSwitched, held->member, now, kMemberItself, lease);
      event.note = on ? "on" : "off";
      if (done) done = sqlite::tell_and_move(connection, event);
      return done ? Result<RpkiSwitch>{RpkiSwitch{lease, true}} : fail(done.error());
    });
  }

  Result<std::vector<Event>> events_of(const UserHash& holder, std::optional<std::uint64_t> before,
                                       std::size_t limit) const override {
    using Events = std::vector<Event>;
    return file_.reading<Events>([&](Connection& connection) -> Result<Events> {
      const auto member = sqlite::find_member(connection, holder);
      if (!member) return fail(member.error());
      if (!*member) return Events{};
      return sqlite::events_before(connection, (*member)->record.number, before, limit);
    });
  }

  Result<std::optional<Place>> place_of(const UserHash& holder, const AllocationRules& rules,
                                        Instant now) const override {
    return file_.reading<std::optional<Place>>(
        [&](Connection& connection) { return sqlite::place_of(connection, holder, rules, now); });
  }

  Result<std::vector<HoldingMember>> members_at(Instant now) const override {
    using Members = std::vector<HoldingMember>;
    return file_.reading<Members>([&](Connection& connection) -> Result<Members> {
      auto rows = sqlite::members_with_leases(connection, now);
      if (!rows) return fail(rows.error());
      Members members;
      members.reserve(rows->size());
      for (sqlite::MemberRow& row : *rows) {
        Result<HoldingMember> member = stored::seen_by_routers(std::move(row), seal_);
        if (!member) return fail(member.error());
        members.push_back(std::move(*member));
      }
      return members;
    });
  }

  Result<std::uint64_t> version() const override {
    return file_.reading<std::uint64_t>([](Connection& connection) -> Result<std::uint64_t> {
      const auto version =
          sqlite::one_integer(connection.query("SELECT version FROM ledger_version"));
      if (!version) return fail(version.error());
      return static_cast<std::uint64_t>(*version);
    });
  }

  Result<std::optional<Instant>> next_change_after(Instant now) const override {
    return file_.reading<std::optional<Instant>>(
        [&](Connection& connection) { return sqlite::next_edge_after(connection, now); });
  }

  Oversight& oversight() override { return oversight_; }

  Result<void> ping() const override {
    if (const Result<void> there = file_.in_place(); !there) return there;
    const Result<std::uint64_t> answered = version();
    return answered ? Result<void>{} : fail(answered.error());
  }

 private:
  Result<Holdings> holdings(const UserHash& holder, Instant now) const override {
    return file_.reading<Holdings>([&](Connection& connection) -> Result<Holdings> {
      const auto waits = sqlite::waits(connection, holder, now);
      if (!waits) return fail(waits.error());
      const auto member = sqlite::find_member(connection, holder);
      if (!member) return fail(member.error());
      if (!*member) return Holdings{{}, {}, {}, {}, *waits};
      auto leases = sqlite::leases_in_force(connection, holder, now);
      if (!leases) return fail(leases.error());
      const MemberRecord& record = (*member)->record;
      return Holdings{record.assignment, std::move(*leases), record.leases_max, record.suspension,
                      *waits};
    });
  }

  Result<std::optional<Assignment>> assignment(const UserHash& holder) const override {
    using Found = std::optional<Assignment>;
    return file_.reading<Found>([&](Connection& connection) -> Result<Found> {
      const auto member = sqlite::find_member(connection, holder);
      if (!member) return fail(member.error());
      return *member ? Found{(*member)->record.assignment} : Found{};
    });
  }

  Result<HoldingMember> member(const UserHash& holder, Instant now) const override {
    return file_.reading<HoldingMember>([&](Connection& connection) -> Result<HoldingMember> {
      auto member = sqlite::find_member(connection, holder);
      if (!member) return fail(member.error());
      if (!*member) return allocation::no_asn_assigned();
      auto leases = sqlite::leases_in_force(connection, holder, now);
      if (!leases) return fail(leases.error());
      (*member)->record.leases = std::move(*leases);
      return stored::seen_by_routers(std::move(**member), seal_);
    });
  }

  sqlite::LedgerFile file_;
  Seal seal_;
  sqlite::SqliteOversight oversight_{file_};
};

}  // namespace

Result<std::unique_ptr<Ledger>> open_sqlite_ledger(const std::filesystem::path& file, Seal seal) {
  Result<Connection> writer = Connection::open(file, Connection::Missing::Create);
  if (!writer) return fail(writer.error());
  if (!writer->can_write()) {
    return fail(ErrorKind::NotPermitted,
                fmt::format("the ledger {} can only be read: make it writable for the user that "
                            "this program runs as",
                            file.string()));
  }
  if (const Result<void> migrated = sqlite::migrate(*writer); !migrated) {
    return fail(migrated.error());
  }
  if (const Result<void> ours = sqlite::check_seal(*writer, seal); !ours) return fail(ours.error());
  Result<sqlite::OpenedFiles> opened = sqlite::OpenedFiles::of(file);
  if (!opened) return fail(opened.error());
  return std::make_unique<SqliteLedger>(file, seal, std::move(*writer), std::move(*opened));
}

}  // namespace peerlab

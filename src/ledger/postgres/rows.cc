#include "ledger/postgres/rows.h"

#include <fmt/format.h>

#include <algorithm>

namespace peerlab::postgres {
namespace {

// The columns of member_at.sql and members_at.sql.
enum Column {
  kHolder,
  kSealedSubject,
  kAsn,
  kSince,
  kNumber,
  kLeasesMax,
  kSuspendedSince,
  kSuspendedReason,
  kLease,
  kWaits = kLease + 5  // of holdings.sql alone
};

Result<MemberRow> member_in(const Rows& rows, int row, const UserHash& holder) {
  const Result<Assignment> assignment = assignment_in(rows, row, kAsn, holder);
  if (!assignment) return fail(assignment.error());
  MemberRecord record{
      static_cast<std::uint64_t>(rows.integer(row, kNumber)), *assignment, {}, {}, {}};
  if (!rows.is_null(row, kLeasesMax)) {
    record.leases_max = static_cast<std::uint32_t>(rows.integer(row, kLeasesMax));
  }
  if (!rows.is_null(row, kSuspendedSince)) {
    record.suspension = {instant_of(rows.integer(row, kSuspendedSince)),
                         rows.text(row, kSuspendedReason)};
  }
  return MemberRow{std::move(record), rows.text(row, kSealedSubject)};
}

}  // namespace

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

Result<LeaseWindow> window_in(const Rows& rows, int row, int column) {
  return LeaseWindow::make(instant_of(rows.integer(row, column)),
                           instant_of(rows.integer(row, column + 1)));
}

Result<Lease> lease_in(const Rows& rows, int row, int column, const UserHash& holder) {
  const auto window = window_in(rows, row, column + 2);
  if (!window) return fail(window.error());
  return Lease{static_cast<std::uint64_t>(rows.integer(row, column)),
               prefix_of(rows.integer(row, column + 1)), holder, *window,
               rows.integer(row, column + 4) == 1};
}

Result<Event> event_in(const Rows& rows, int row, int column) {
  const auto broken = [&](const Error& error) {
    return fail(
        ErrorKind::Internal,
        fmt::format("event {} of the ledger is not what was written", rows.integer(row, column)),
        error.detail);
  };
  const Result<EventKind> kind = parse_event_kind(rows.text(row, column + 2));
  if (!kind) return broken(kind.error());
  Event event{static_cast<std::uint64_t>(rows.integer(row, column)),
              instant_of(rows.integer(row, column + 1)), *kind,
              static_cast<std::uint64_t>(rows.integer(row, column + 3)),
              rows.text(row, column + 4)};
  if (!rows.is_null(row, column + 5)) {
    const Result<Asn> asn = Asn::make(static_cast<std::uint32_t>(rows.integer(row, column + 5)));
    if (!asn) return broken(asn.error());
    event.asn = *asn;
  }
  if (!rows.is_null(row, column + 6)) event.prefix = prefix_of(rows.integer(row, column + 6));
  if (!rows.is_null(row, column + 7)) {
    const auto window = window_in(rows, row, column + 7);
    if (!window) return broken(window.error());
    event.window = *window;
  }
  event.note = rows.text(row, column + 9);
  return event;
}

bool waits_in(const Rows& rows) { return rows.integer(0, kWaits) == 1; }

Result<std::vector<MemberRow>> members_in(const Rows& rows) {
  std::vector<MemberRow> members;
  for (int row = 0; row < rows.size(); ++row) {
    const Result<UserHash> holder = UserHash::parse(rows.text(row, kHolder));
    if (!holder) return fail(holder.error());
    if (members.empty() || members.back().record.assignment.holder != *holder) {
      Result<MemberRow> member = member_in(rows, row, *holder);
      if (!member) return fail(member.error());
      members.push_back(std::move(*member));
    }
    if (rows.is_null(row, kLease)) continue;
    const Result<Lease> lease = lease_in(rows, row, kLease, *holder);
    if (!lease) return fail(lease.error());
    members.back().record.leases.push_back(*lease);
  }
  return members;
}

Result<std::optional<MemberRow>> one_member_in(const Rows& rows) {
  Result<std::vector<MemberRow>> members = members_in(rows);
  if (!members) return fail(members.error());
  if (members->empty()) return std::optional<MemberRow>{};
  std::ranges::sort(members->front().record.leases, {}, &Lease::prefix);
  return std::move(members->front());
}

}  // namespace peerlab::postgres

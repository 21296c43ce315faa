// The server's rows as the domain's values, and back.
#pragma once

#include "base/seal.h"
#include "ledger/ledger.h"
#include "ledger/postgres/connection.h"

namespace peerlab::postgres {

[[nodiscard]] std::int64_t seconds_of(Instant instant);
[[nodiscard]] Instant instant_of(std::int64_t seconds);
[[nodiscard]] std::int64_t number_of(const Prefix48& prefix);
[[nodiscard]] Prefix48 prefix_of(std::int64_t network);
// SQL's bigint ends sooner.
[[nodiscard]] std::int64_t clamped(std::uint64_t number);

// The pool as an int8multirange: neighbouring blocks are one range of it.
[[nodiscard]] std::string multirange_of(const PrefixPool& pool);

[[nodiscard]] Result<Assignment> assignment_in(const Rows& rows, int row, int column,
                                               const UserHash& holder);
// Columns begin, end.
[[nodiscard]] Result<LeaseWindow> window_in(const Rows& rows, int row, int column);
// Columns id, network, begin, end, rpki.
[[nodiscard]] Result<Lease> lease_in(const Rows& rows, int row, int column, const UserHash& holder);
// The columns of events, from `column` on.
[[nodiscard]] Result<Event> event_in(const Rows& rows, int row, int column);

// One member of member_at.sql or members_at.sql, with all its leases in force.
struct MemberRow {
  MemberRecord record;
  std::string sealed_subject;  // empty: forgotten
};
[[nodiscard]] Result<std::vector<MemberRow>> members_in(const Rows& rows);

// As routers see it.
[[nodiscard]] Result<HoldingMember> seen_by_routers(MemberRow member, const Seal& seal);

}  // namespace peerlab::postgres

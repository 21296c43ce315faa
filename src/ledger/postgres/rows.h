// The server's rows as the domain's values, and back.
#pragma once

#include "ledger/postgres/connection.h"
#include "ledger/stored.h"

namespace peerlab::postgres {

using stored::clamped;
using stored::instant_of;
using stored::MemberRow;
using stored::number_of;
using stored::prefix_of;
using stored::seconds_of;

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

// Of the rows of holdings.sql, one at least: whether the member is in some line.
[[nodiscard]] bool waits_in(const Rows& rows);

// The rows of members_at.sql or members_page.sql, in their order.
[[nodiscard]] Result<std::vector<MemberRow>> members_in(const Rows& rows);

// The rows of member_at.sql or holdings.sql, the leases by prefix (the server would take longer to
// sort so few); nullopt where there are none.
[[nodiscard]] Result<std::optional<MemberRow>> one_member_in(const Rows& rows);

}  // namespace peerlab::postgres

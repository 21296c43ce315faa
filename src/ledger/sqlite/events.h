// What happened, as rows.
#pragma once

#include "ledger/event.h"
#include "ledger/sqlite/connection.h"

namespace peerlab::sqlite {

// An event that has no id yet: the ledger gives it one when it is told.
[[nodiscard]] Event new_event(EventKind kind, std::uint64_t member, Instant at,
                              std::string_view actor);
[[nodiscard]] Event new_event(EventKind kind, std::uint64_t member, Instant at,
                              std::string_view actor, const Lease& lease);

// Within the transaction of the change it tells.
[[nodiscard]] Result<void> tell(Connection& connection, const Event& event);

// A member's own, the newest first.
[[nodiscard]] Result<std::vector<Event>> events_before(Connection& connection, std::uint64_t member,
                                                       std::optional<std::uint64_t> before,
                                                       std::size_t limit);

// Columns id, at, kind, member, actor, asn, network, begin_time, end_time, note, from `at` on.
// Internal where the row is none that tell() wrote.
[[nodiscard]] Result<Event> event_in(const Query& row, int at);

}  // namespace peerlab::sqlite

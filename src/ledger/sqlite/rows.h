// Rows as values of the domain.
#pragma once

#include "ledger/sqlite/connection.h"
#include "ledger/stored.h"

namespace peerlab::sqlite {

using stored::clamped;
using stored::instant_of;
using stored::MemberRow;
using stored::number_of;
using stored::prefix_of;
using stored::seconds_of;

// To the end, where it could be prepared at all.
[[nodiscard]] Result<void> run(Result<Query>&& query);
// The same of a statement that gives one integer back: RETURNING, count(*).
[[nodiscard]] Result<std::int64_t> one_integer(Result<Query>&& query);

// A member that was not forgotten, without its leases.
[[nodiscard]] Result<std::optional<MemberRow>> find_member(Connection& connection,
                                                           const UserHash& user);
// All of them with their leases in force, by user hash.
[[nodiscard]] Result<std::vector<MemberRow>> members_with_leases(Connection& connection,
                                                                 Instant now);
// The first `limit` of those meant.
[[nodiscard]] Result<std::vector<MemberRow>> members_with_leases(Connection& connection,
                                                                 const MemberSearch& wanted,
                                                                 std::size_t limit, Instant now);
// The first `limit` leases in force behind `after`, by prefix.
[[nodiscard]] Result<std::vector<LeaseRecord>> leases_after(Connection& connection,
                                                            std::optional<Prefix48> after,
                                                            std::size_t limit, Instant now);

[[nodiscard]] Result<std::vector<Lease>> leases_in_force(Connection& connection,
                                                         const UserHash& holder, Instant now);
// Every lease that has not ended: one that a faster request began a second after `now` counts too.
[[nodiscard]] Result<std::int64_t> leases_counted(Connection& connection, const UserHash& holder,
                                                  Instant now);

// The next instant after `now` at which a lease begins or ends.
[[nodiscard]] Result<std::optional<Instant>> next_edge_after(Connection& connection, Instant now);

// Whoever's lease of the /48 is in force, forgotten members' too.
struct HeldLease {
  Lease lease;
  std::uint64_t member;
  Asn asn;
  bool last;  // of its /48: a clock that is behind may see one that others followed
};
[[nodiscard]] Result<std::optional<HeldLease>> lease_at(Connection& connection,
                                                        const Prefix48& prefix, Instant now);

}  // namespace peerlab::sqlite

// What the verbs of members and of operators do alike, within a transaction of the writer.
#pragma once

#include "base/seal.h"
#include "ledger/sqlite/rows.h"

namespace peerlab::sqlite {

// Somebody's holdings, or what it may hold, are about to change.
[[nodiscard]] Result<void> move_version(Connection& connection);
[[nodiscard]] Result<void> tell_and_move(Connection& connection, const Event& event);

// A new member, with the lowest free ASN of the pool and the next number; Exhausted where there is
// no ASN.  It is told; the version has not moved.
[[nodiscard]] Result<MemberRecord> add_member(Connection& connection, const Seal& seal,
                                              const Subject& subject, const AsnRange& pool,
                                              Instant now);

// The lease, its id and that its /48 is used until it ends.
[[nodiscard]] Result<Lease> add_lease(Connection& connection, const Prefix48& prefix,
                                      const UserHash& holder, const LeaseWindow& window);

// Its window ends at `end`, and the /48 is used until then.
[[nodiscard]] Result<void> move_end(Connection& connection, const Lease& lease, Instant end);

// Its window ends now and the version moves; one that began in this second was never in force: its
// row goes.  Returned as it now stands.
[[nodiscard]] Result<Lease> close(Connection& connection, const Lease& lease, Instant now);

}  // namespace peerlab::sqlite

// What every back end says and decides alike when it hands something out.
#pragma once

#include "ledger/ledger.h"

namespace peerlab::allocation {

// A /48 that was leased before: free since (or from) then, and who had it last.
struct UsedPrefix {
  Prefix48 prefix;
  Instant free_from;
  UserHash last_holder;
};

// How long a /48 rests while others are free.
[[nodiscard]] std::chrono::seconds rest_of(const AllocationRules& rules);

// One that is free since (or from) then may be leased by anybody from this instant on.
[[nodiscard]] Instant anybodys_from(Instant free_from, const AllocationRules& rules);

// May this one be leased again at `now` without shortening its rest, or at all?
[[nodiscard]] bool rested(const UsedPrefix& used, const AllocationRules& rules, Instant now);
[[nodiscard]] bool leasable(const UsedPrefix& used, const UserHash& holder,
                            const AllocationRules& rules, Instant now);

// Free, its last holder's for the asking, and nobody else's yet.  A holder who asks again gets it
// back before anything else: else leasing and giving back in a loop would use up the pool.
[[nodiscard]] bool only_its_holders(const UsedPrefix& used, const AllocationRules& rules,
                                    Instant now);

// When `holder` may have it at the earliest.
[[nodiscard]] Instant leasable_from(const UsedPrefix& used, const UserHash& holder,
                                    const AllocationRules& rules);

[[nodiscard]] Failure quota_reached(std::uint32_t leases_max);
[[nodiscard]] Failure suspended(const Suspension& suspension);
[[nodiscard]] Failure other_request_of_this_key();
[[nodiscard]] Failure asns_exhausted(const AsnRange& pool);
[[nodiscard]] Failure prefixes_exhausted(std::optional<Instant> next_free, Instant now);
[[nodiscard]] Failure no_such_lease(const Prefix48& prefix);
[[nodiscard]] Failure no_asn_assigned();
[[nodiscard]] Failure no_such_member();
[[nodiscard]] Failure nobody_holds(const Prefix48& prefix);

}  // namespace peerlab::allocation

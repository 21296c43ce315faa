// Where a member stands in the line of a pool that has nothing free, as it is told.
#pragma once

#include "gateway/call.h"
#include "ledger/ledger.h"
#include "wire/line_place.h"

namespace peerlab::gateway {

// nullopt: not in it.
[[nodiscard]] Result<std::optional<Place>> standing_in(const PrefixPool& pool, const UserHash& user,
                                                       const Services& services, Instant now);

// Of these pools' lines the place whose turn comes first; nullopt where there is none, or the
// ledger does not say.
[[nodiscard]] std::optional<Place> first_turn(const std::vector<const PrefixPool*>& pools,
                                              const UserHash& user, const Call& call);

[[nodiscard]] wire::LinePlace spelled(const Place& place);

// "you are 3rd in line of 5; …": when the next /48 frees, whose turn it then is, and until when the
// place is kept.
[[nodiscard]] std::string told(const Place& place, const std::optional<Instant>& frees_at);

}  // namespace peerlab::gateway

// Which pools there are, and which of them a member may have a /48 of.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/prefix_pool.h"
#include "gateway/audience.h"

namespace peerlab::gateway {

inline constexpr std::string_view kDefaultPool = "default";

struct PoolByName {
  std::string_view name;
  const PrefixPool& blocks;
};

// The default pool, then the others.
[[nodiscard]] std::vector<PoolByName> all_pools(const Offer& offer);

[[nodiscard]] bool admits(const NamedPool& pool, const Member& member);

// In the order in which the member is served: those kept for it, the default pool, the others.
[[nodiscard]] std::vector<const PrefixPool*> pools_for(const Offer& offer, const Member& member);

// The one of this name.  422 where there is none, 403 where it is kept for others.
[[nodiscard]] tl::expected<const PrefixPool*, Refused> pool_named(const Offer& offer,
                                                                  std::string_view name,
                                                                  const Member& member);

}  // namespace peerlab::gateway

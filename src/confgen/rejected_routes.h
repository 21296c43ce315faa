#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "confgen/options.h"
#include "policy/reason.h"
#include "policy/site.h"

namespace peerlab::confgen {

// Members' routes that BIRD holds as refused; every reason, also with none.  One route can have
// several.
using RejectedRoutes = std::map<policy::Reason, std::uint64_t>;

struct BirdAsked {
  std::optional<RejectedRoutes> rejected;  // nullopt: it did not answer
};

// Asks BIRD for one number per reason, or for one in all where nothing is refused.  nullopt without
// a site, where the server around the policy is not ours.
[[nodiscard]] std::optional<BirdAsked> count_rejected_routes(
    const std::optional<policy::Site>& site, const OneShotOptions& options);

}  // namespace peerlab::confgen

// What BIRD is asked for monitoring.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "bird/world_gate.h"
#include "confgen/options.h"
#include "policy/reason.h"
#include "policy/site.h"

namespace peerlab::confgen {

// Members' routes that BIRD holds as refused; every reason, also with none.  One route can have
// several.
using RejectedRoutes = std::map<policy::Reason, std::uint64_t>;

struct PublicRpki {
  std::vector<bird::RtrSession> servers;
  std::optional<std::uint64_t> roas;
};

struct BirdFigures {
  std::optional<RejectedRoutes> rejected = {};  // nullopt: it did not answer
  std::optional<PublicRpki> rpki = {};          // the same, or the site has no RTR servers
};

// Of refused routes two questions in all; only where more than a thousand are refused, one per
// reason.  nullopt without a site, where the server around the policy is not ours.
[[nodiscard]] std::optional<BirdFigures> ask_for_figures(const std::optional<policy::Site>& site,
                                                         const OneShotOptions& options);

}  // namespace peerlab::confgen

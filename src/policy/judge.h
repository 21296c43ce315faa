// The specification of the import decision, as a pure function: BIRD's filter must agree with it,
// verdict and reasons.
#pragma once

#include <vector>

#include "domain/route.h"
#include "policy/policy.h"
#include "policy/reason.h"
#include "policy/site.h"

namespace peerlab::policy {

// Whom a prefix is kept from, as (platform's AS, 0, k) asked for it, and how often the platform's
// own AS is prepended.
struct Wishes {
  unsigned prepends = 0;  // 0..3
  bool withheld_from_upstreams = false;
  bool withheld_from_route_servers = false;
  bool withheld_from_members = false;
  bool operator==(const Wishes&) const = default;
};

struct Verdict {
  std::vector<Reason> reasons;  // sorted; empty: accepted
  Wishes wishes = {};           // of an accepted route
  [[nodiscard]] bool accepted() const { return reasons.empty(); }
  bool operator==(const Verdict&) const = default;
};

// What happens to this route when the neighbour announces it.  UnknownNode where no rule names the
// neighbour; a path of no or more than four ASNs is refused for that alone (before any path mask),
// else every failed check is named.  TooManyChanges stands in NoActiveLease's place for what the
// member holds while it is in quarantine.
[[nodiscard]] Verdict judge(const Policy& policy, const Site& site, const Ipv4& neighbour,
                            const Route& route);

}  // namespace peerlab::policy

// Facts in, policy out: a pure function of mappings, nodes, site and the instant (POLICY.md 4).
#pragma once

#include <optional>
#include <set>
#include <span>
#include <vector>

#include "domain/mapping.h"
#include "domain/node.h"
#include "domain/skipped.h"
#include "policy/policy.h"
#include "policy/server.h"

namespace peerlab::policy {

struct Compiled {
  Policy policy;
  std::vector<Skipped> skipped;  // odd records left out, sorted
  std::vector<Skipped>
      contradictions;  // all parties of a contradiction left out: never guess who is right
  std::optional<Instant>
      next_change;  // when a lease begins or ends, or a node expires: compile again then
};

// Order (decided cases of POLICY.md 4): expired nodes go first; contradictions, counted over all
// that remain; the join (provider id, then overlay user id, then e-mail without case, which never
// overrules a provider id); then addresses, pools and leases in force at `now`.  The leases of
// members in quarantine become rows of Policy::in_quarantine.
using Quarantined = std::set<UserHash>;
[[nodiscard]] Compiled compile(std::span<const Mapping> mappings, std::span<const Node> nodes,
                               const Server& server, Instant now,
                               const Quarantined& quarantined = {});
[[nodiscard]] Compiled compile(std::span<const Mapping> mappings, std::span<const Node> nodes,
                               const Site& site, Instant now, const Quarantined& quarantined = {});

}  // namespace peerlab::policy

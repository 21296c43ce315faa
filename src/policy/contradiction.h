// Facts that cannot all be true.  Every party of a contradiction is left out: never guess who is
// right (POLICY.md 4, decided cases).
#pragma once

#include <set>
#include <span>
#include <vector>

#include "domain/mapping.h"
#include "domain/node.h"
#include "domain/skipped.h"
#include "policy/server.h"

namespace peerlab::policy {

// All are counted over the same facts, so that the order of counting cannot matter.
struct Contradictions {
  std::set<NodeId> nodes;       // one address on two nodes; one node id with different content
  std::set<UserHash> members;   // one ASN or provider id, two members; the platform's own ASN; one
                                // member told in two ways
  std::set<Prefix48> prefixes;  // in force for two owners: leaves both, the rest stays
  std::vector<Skipped> named;   // each party, in words; an overlay user of two members too
};

// `nodes` without the expired; neither list holds the same record twice.
[[nodiscard]] Contradictions find_contradictions(std::span<const Mapping> mappings,
                                                 std::span<const Node> nodes, const Server& server,
                                                 Instant now);

}  // namespace peerlab::policy

#include "confgen/next_change.h"

namespace peerlab::confgen {

std::optional<Instant> next_change_after(const Facts& facts, Instant now) {
  std::optional<Instant> next;
  const auto consider = [&](Instant instant) {
    if (instant > now && (!next || instant < *next)) next = instant;
  };
  for (const Mapping& mapping : facts.mappings.value_or(std::vector<Mapping>{})) {
    for (const LeasedPrefix& lease : mapping.leases) {
      if (!lease.window) continue;
      consider(lease.window->begin());
      consider(lease.window->end());
    }
  }
  for (const Node& node : facts.nodes.value_or(std::vector<Node>{})) {
    if (node.expiry) consider(*node.expiry);
  }
  return next;
}

}  // namespace peerlab::confgen

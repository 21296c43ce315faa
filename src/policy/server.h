// What an IXP server's policy depends on.
#pragma once

#include <optional>

#include "policy/site.h"

namespace peerlab::policy {

// What is nullopt rules nothing out: a server that is given the existing generator's flags alone
// has no site file, and its pool is what the mappings say.
struct Server {
  std::optional<Asn> asn = {};  // the platform's own: no member's
  std::optional<NodeId> node_id = {};
  std::optional<Ipv4> overlay_ipv4 = {};
  std::optional<Ipv6> overlay_ipv6 = {};
  std::optional<PrefixPool> pool = {};
  std::optional<AsnRange> asn_pool = {};
  bool links = false;  // true needs node_id
};

[[nodiscard]] Server server_of(const Site& site);

}  // namespace peerlab::policy

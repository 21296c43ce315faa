// A BGP route as a member announced it: what the policy judges.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <vector>

#include "domain/ipv6_prefix.h"

namespace peerlab {

// RFC 8092: (global administrator, function, parameter).
struct LargeCommunity {
  std::uint32_t administrator = 0;
  std::uint32_t function = 0;
  std::uint32_t parameter = 0;
  auto operator<=>(const LargeCommunity&) const = default;
};

// Path numbers are plain: a route may carry ASNs that no network may use.
struct Route {
  Ipv6Prefix prefix;
  std::vector<std::uint32_t> path;
  std::vector<LargeCommunity> communities = {};
  bool operator==(const Route&) const = default;
};

}  // namespace peerlab

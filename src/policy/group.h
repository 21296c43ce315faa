// Whom a member may keep a prefix from: large community (platform's AS, 0, group).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace peerlab::policy {

enum class Group : std::uint32_t { Upstreams = 1, RouteServers = 2, Members = 3 };

struct GroupEntry {
  Group group;
  std::string_view wish;  // what the community asks for, to the member
};

inline constexpr std::array kGroups{
    GroupEntry{Group::Upstreams, "do not announce it to upstreams"},
    GroupEntry{Group::RouteServers, "do not announce it to route servers and bilateral peers"},
    GroupEntry{Group::Members, "do not announce it to other members"},
};

// The function of such a community.
inline constexpr std::uint32_t kWishFunction = 0;

}  // namespace peerlab::policy

// GET /api/platform: all that command line, client and portal need to know, from one URL (COMPAT.md
// 1).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/address.h"
#include "domain/asn.h"
#include "domain/ipv6_prefix.h"

namespace peerlab::wire {

struct PlatformSite {
  std::string name;
  std::uint32_t node_id = 0;
  Ipv4 overlay_ipv4;
  Ipv6 overlay_ipv6;
  std::string looking_glass = {};
  bool operator==(const PlatformSite&) const = default;
};

struct PlatformPool {
  std::string name;
  std::vector<Ipv6Prefix> blocks;
  std::vector<std::string> reserved_for = {};  // roles, one of which is needed; empty: none
  bool operator==(const PlatformPool&) const = default;
};

struct Platform {
  std::string name;
  Asn asn;
  std::vector<Ipv6Prefix> pool;  // the blocks of all pools
  std::string issuer;
  std::string audience;
  std::string cli_client_id;
  std::string portal_client_id;
  std::string login_server;
  std::vector<PlatformSite> sites;
  std::map<std::string, std::string> communities = {};  // "64500:0:1" -> what it asks for
  std::vector<PlatformPool> pools = {};                 // none: an older gateway, which has one
  bool operator==(const Platform&) const = default;
};

// The large communities by which a member says whom a prefix is kept from.
[[nodiscard]] std::map<std::string, std::string> communities_of(const Asn& platform);

[[nodiscard]] std::string encode(const Platform& platform);
[[nodiscard]] Result<Platform> parse_platform(std::string_view text);

}  // namespace peerlab::wire

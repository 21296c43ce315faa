#include "policy/site.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "policy/server.h"

namespace peerlab::policy {
namespace {

constexpr std::size_t kLabelMost = 32;
constexpr std::size_t kPasswordMost = 80;      // RFC 2385 via Linux: TCP_MD5SIG_MAXKEYLEN
constexpr std::uint32_t kSiteNodeMost = 9999;  // the links' UDP port is 20000 + node id

bool is_label(std::string_view text) {
  const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
  return !text.empty() && text.size() <= kLabelMost && lower(text.front()) &&
         std::ranges::all_of(
             text, [&](char c) { return lower(c) || (c >= '0' && c <= '9') || c == '_'; });
}

Failure refuse(std::string detail) { return fail(ErrorKind::OutOfRange, std::move(detail)); }

bool spellable(const Secret& password) {
  const std::string& text = password.reveal();
  return !text.empty() && text.size() <= kPasswordMost && std::ranges::all_of(text, [](char c) {
    return c > ' ' && c <= '~' && c != '"' && c != '\\';
  });
}

// Of a WorldNeighbour or a Sibling.
template <class Neighbour>
Result<void> check_addresses(const Neighbour& neighbour) {
  const std::string& name = neighbour.name.text();
  const Ipv6Prefix link_local = Ipv6Prefix::containing(*Ipv6::parse("fe80::"), 10);
  if (neighbour.address == neighbour.local_address) {
    return refuse(fmt::format("{}: address and local_address are the same", name));
  }
  if (link_local.contains(neighbour.address) || link_local.contains(neighbour.local_address)) {
    return refuse(
        fmt::format("{}: a link-local address needs an interface: give a global or "
                    "unique local one",
                    name));
  }
  return {};
}

Result<void> check_neighbour(const Site& site, const WorldNeighbour& neighbour) {
  const std::string& name = neighbour.name.text();
  if (neighbour.asn == site.asn) {
    return refuse(fmt::format("{}: its asn {} is the platform's own", name, site.asn.text()));
  }
  if (const auto sound = check_addresses(neighbour); !sound) return sound;
  if (neighbour.password && !spellable(*neighbour.password)) {
    return refuse(
        fmt::format("{}: the password must be 1 to 80 printable characters without "
                    "blank, quote or backslash",
                    name));
  }
  return {};
}

Result<void> check_rpki(const Site& site) {
  for (const RpkiRow& row : site.rpki) {
    if (row.max_length < row.prefix.length() || row.max_length > 128) {
      return refuse(fmt::format("rpki {}: max_length {} is not between {} and 128",
                                row.prefix.text(), row.max_length, row.prefix.length()));
    }
  }
  std::set<std::string> names;
  std::set<std::pair<std::string, std::uint16_t>> servers;
  for (const RtrServer& server : site.rtr) {
    const std::string& name = server.name.text();
    if (!names.insert(name).second) {
      return refuse(fmt::format("two RTR servers are named {}", name));
    }
    if (!servers.emplace(server.address_text(), server.port).second) {
      return refuse(fmt::format("rtr {}: another RTR server has the same address and port", name));
    }
  }
  return {};
}

Result<void> check_world(const Site& site) {
  std::set<std::string> names;
  std::set<std::pair<Ipv6, Ipv6>> sessions;
  for (const auto* const group : {&site.upstreams, &site.route_servers}) {
    for (const WorldNeighbour& neighbour : *group) {
      const std::string& name = neighbour.name.text();
      if (!names.insert(name).second)
        return refuse(fmt::format("two neighbours are named {}", name));
      if (!sessions.emplace(neighbour.local_address, neighbour.address).second) {
        return refuse(fmt::format("{}: another neighbour has the same pair of addresses", name));
      }
      if (const auto sound = check_neighbour(site, neighbour); !sound) return sound;
    }
  }
  return {};
}

Result<void> check_siblings(const Site& site) {
  if (site.siblings.empty()) return {};
  if (!site.node_id) return refuse("a sibling needs node_id, this server's own node");
  std::set<Label> names{site.name};
  std::set<NodeId> nodes{*site.node_id};
  for (const Sibling& sibling : site.siblings) {
    const std::string& name = sibling.name.text();
    if (!names.insert(sibling.name).second)
      return refuse(fmt::format("two sites are named {}", name));
    if (!nodes.insert(sibling.node_id).second) {
      return refuse(
          fmt::format("sibling {}: another site has node_id {}", name, sibling.node_id.number()));
    }
    if (const auto sound = check_addresses(sibling); !sound) return sound;
  }
  return {};
}

}  // namespace

Result<Label> Label::parse(std::string_view text) {
  if (!is_label(text)) {
    return fail(ErrorKind::Malformed,
                fmt::format("\"{}\" is no name: lower-case letters, digits and _, a letter first, "
                            "at most {}",
                            printable(text), kLabelMost));
  }
  if (text.starts_with("peerlab")) {
    return fail(ErrorKind::OutOfRange,
                fmt::format("the name \"{}\" is kept for the platform's own configuration", text));
  }
  return Label{std::string{text}};
}

std::string RtrServer::address_text() const {
  return std::visit([](const auto& one) { return one.text(); }, address);
}

Result<void> Site::check() const {
  for (const Ipv6Prefix& own : infrastructure) {
    if (pool.overlaps(own)) {
      return refuse(
          fmt::format("infrastructure {} overlaps the pool: the platform's own prefixes "
                      "are never leased",
                      own.text()));
    }
  }
  if (!overlay_ipv4.in_overlay()) {
    return refuse(fmt::format("overlay_ipv4 {} is outside 100.64.0.0/10", overlay_ipv4.text()));
  }
  if (!overlay_ipv6.in_overlay()) {
    return refuse(
        fmt::format("overlay_ipv6 {} is outside fd7a:115c:a1e0::/48", overlay_ipv6.text()));
  }
  if (links && !node_id) return refuse("links = true needs node_id, this server's own node");
  if (node_id && node_id->number() > kSiteNodeMost) {
    return refuse(fmt::format("node_id {} is above {}: it numbers a UDP port", node_id->number(),
                              kSiteNodeMost));
  }
  if (const auto sound = check_rpki(*this); !sound) return sound;
  if (const auto sound = check_siblings(*this); !sound) return sound;
  return check_world(*this);
}

Server server_of(const Site& site) {
  return {site.asn,  site.node_id,  site.overlay_ipv4, site.overlay_ipv6,
          site.pool, site.asn_pool, site.links};
}

}  // namespace peerlab::policy

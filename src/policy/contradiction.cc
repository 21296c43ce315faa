#include "policy/contradiction.h"

#include <fmt/format.h>

#include <map>
#include <string>

namespace peerlab::policy {
namespace {

template <class Key, class Party>
using Claims = std::map<Key, std::set<Party>>;

std::string name_of(const NodeId& node) { return std::to_string(node.number()); }
std::string name_of(const UserHash& member) { return member.short_text(); }

template <class Party>
std::string names_of(const std::set<Party>& parties) {
  std::string names;
  for (const Party& party : parties) names += (names.empty() ? "" : ", ") + name_of(party);
  return names;
}

template <class Address>
void shared_addresses(const Claims<Address, NodeId>& claims, Contradictions& found) {
  for (const auto& [address, nodes] : claims) {
    if (nodes.size() < 2) continue;
    for (const NodeId& node : nodes) {
      found.nodes.insert(node);
      found.named.push_back(
          {"node " + name_of(node),
           fmt::format("address {} is on nodes {}", address.text(), names_of(nodes))});
    }
  }
}

template <class Key, class Say>
void shared_keys(const Claims<Key, UserHash>& claims, Say say, Contradictions& found) {
  for (const auto& [key, members] : claims) {
    if (members.size() < 2) continue;
    for (const UserHash& member : members) {
      found.members.insert(member);
      found.named.push_back({"mapping " + name_of(member),
                             fmt::format("{} has members {}", say(key), names_of(members))});
    }
  }
}

void among_nodes(std::span<const Node> nodes, const Server& server, Contradictions& found) {
  Claims<Ipv4, NodeId> ipv4;
  Claims<Ipv6, NodeId> ipv6;
  std::set<NodeId> seen;
  for (const Node& node : nodes) {
    if (!seen.insert(node.id).second && found.nodes.insert(node.id).second) {
      found.named.push_back({"node " + name_of(node.id), "listed twice with different content"});
    }
    for (const Ipv4& address : node.ipv4) {
      if (address.in_overlay()) ipv4[address].insert(node.id);
    }
    if (server.links) continue;  // its IPv6 address is then no next hop
    for (const Ipv6& address : node.ipv6) {
      if (address.in_overlay()) ipv6[address].insert(node.id);
    }
  }
  shared_addresses(ipv4, found);
  shared_addresses(ipv6, found);
}

void among_members(std::span<const Mapping> mappings, const Server& server, Contradictions& found) {
  Claims<Asn, UserHash> asns;
  Claims<std::string, UserHash> providers;
  std::set<UserHash> seen;
  for (const Mapping& mapping : mappings) {
    const auto drop = [&](const char* why) {
      found.members.insert(mapping.user);
      found.named.push_back({"mapping " + name_of(mapping.user), why});
    };
    if (!seen.insert(mapping.user).second) drop("listed twice with different content");
    if (mapping.asn == server.asn) drop("its ASN is the platform's own");
    asns[mapping.asn].insert(mapping.user);
    if (!mapping.provider_id.empty()) providers[mapping.provider_id].insert(mapping.user);
  }
  shared_keys(
      asns, [](const Asn& asn) { return "AS" + asn.text(); }, found);
  shared_keys(
      providers, [](const std::string&) { return "one provider id"; }, found);
}

void among_overlay_users(std::span<const Mapping> mappings, Contradictions& found) {
  Claims<std::uint64_t, UserHash> claims;
  for (const Mapping& mapping : mappings) {
    for (const std::uint64_t user : mapping.overlay_user_ids) claims[user].insert(mapping.user);
  }
  for (const auto& [user, members] : claims) {
    if (members.size() < 2) continue;
    found.named.push_back(
        {fmt::format("overlay user {}", user),
         fmt::format("minted for members {}: it joins nobody", names_of(members))});
  }
}

void among_leases(std::span<const Mapping> mappings, Instant now, Contradictions& found) {
  Claims<Prefix48, UserHash> claims;
  for (const Mapping& mapping : mappings) {
    for (const LeasedPrefix& lease : mapping.leases) {
      if (lease.in_force(now)) claims[lease.prefix].insert(mapping.user);
    }
  }
  for (const auto& [prefix, members] : claims) {
    if (members.size() < 2) continue;
    found.prefixes.insert(prefix);
    for (const UserHash& member : members) {
      found.named.push_back({fmt::format("prefix {} of {}", prefix.text(), name_of(member)),
                             fmt::format("leased to members {}", names_of(members))});
    }
  }
}

}  // namespace

Contradictions find_contradictions(std::span<const Mapping> mappings, std::span<const Node> nodes,
                                   const Server& server, Instant now) {
  Contradictions found;
  among_nodes(nodes, server, found);
  among_members(mappings, server, found);
  among_overlay_users(mappings, found);
  among_leases(mappings, now, found);
  return found;
}

}  // namespace peerlab::policy

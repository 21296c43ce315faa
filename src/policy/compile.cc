#include "policy/compile.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "policy/contradiction.h"
#include "policy/join.h"

namespace peerlab::policy {
namespace {

std::string named(const Node& node) { return fmt::format("node {}", node.id.number()); }

template <class T>
void sort_distinct(std::vector<T>& values) {
  std::ranges::sort(values);
  const auto rest = std::ranges::unique(values);
  values.erase(rest.begin(), rest.end());
}

auto order_of(const LeasedPrefix& lease) {
  return std::tuple{lease.prefix, lease.window.has_value(),
                    lease.window ? lease.window->begin() : Instant{},
                    lease.window ? lease.window->end() : Instant{}};
}

// Records sorted by their key, each content once.
template <class Record, class Key>
std::vector<Record> distinct(std::vector<Record> records, Key key) {
  std::ranges::stable_sort(records, {}, key);
  std::vector<Record> kept;
  for (Record& record : records) {
    auto same_key = kept.rbegin();
    while (same_key != kept.rend() && (*same_key).*key == record.*key && *same_key != record) {
      ++same_key;
    }
    const bool known = same_key != kept.rend() && *same_key == record;
    if (!known) kept.push_back(std::move(record));
  }
  return kept;
}

std::vector<Mapping> distinct_mappings(std::span<const Mapping> mappings) {
  std::vector<Mapping> all{mappings.begin(), mappings.end()};
  for (Mapping& mapping : all) {
    std::ranges::sort(mapping.leases, {}, &order_of);
    const auto rest = std::ranges::unique(mapping.leases);
    mapping.leases.erase(rest.begin(), rest.end());
    sort_distinct(mapping.overlay_user_ids);
  }
  return distinct(std::move(all), &Mapping::user);
}

// Without the expired and without this server's own.
std::vector<Node> live_nodes(std::span<const Node> nodes, const Server& server, Instant now,
                             std::vector<Skipped>& skipped) {
  std::vector<Node> live;
  for (const Node& node : nodes) {
    if (!node.authorised(now)) {
      skipped.push_back({named(node), "expired: its owner must sign in again"});
    } else if (node.id != server.node_id) {
      live.push_back(node);
      sort_distinct(live.back().ipv4);
      sort_distinct(live.back().ipv6);
    }
  }
  return distinct(std::move(live), &Node::id);
}

template <class Address>
std::optional<Address> only_overlay_address(const std::vector<Address>& addresses) {
  std::optional<Address> only;
  for (const Address& address : addresses) {
    if (!address.in_overlay()) continue;
    if (only) return std::nullopt;
    only = address;
  }
  return only;
}

// fd50: + 24 bits of the IXP server's node id + 24 bits of the member's, ::1 ours, ::2 the member's
// (OVERLAY.md 4).
Ipv6 link_address(const NodeId& site, const NodeId& member, std::uint8_t end) {
  const auto byte = [](const NodeId& id, unsigned shift) {
    return static_cast<std::uint8_t>(id.number() >> shift);
  };
  return Ipv6::from_bytes({0xfd, 0x50, byte(site, 16), byte(site, 8), byte(site, 0),
                           byte(member, 16), byte(member, 8), byte(member, 0), 0, 0, 0, 0, 0, 0, 0,
                           end});
}

bool has_address_of(const Server& server, const Node& node) {
  const auto holds = [](const auto& addresses, const auto& own) {
    return own && std::ranges::find(addresses, *own) != addresses.end();
  };
  const bool ipv6_matters = !server.links;
  return holds(node.ipv4, server.overlay_ipv4) ||
         (ipv6_matters && holds(node.ipv6, server.overlay_ipv6));
}

// The rule of a node that belongs to this member, or why there is none.
Result<Rule> rule_for(const Node& node, const Mapping& member, const Server& server) {
  const auto neighbour = only_overlay_address(node.ipv4);
  if (!neighbour) {
    return fail(ErrorKind::OutOfRange, "needs exactly one IPv4 address inside 100.64.0.0/10");
  }
  if (server.links) {
    if (!server.node_id) return fail(ErrorKind::Internal, "the site has no node_id for its links");
    return Rule{*neighbour,
                node.id,
                member.asn,
                member.user,
                link_address(*server.node_id, node.id, 2),
                link_address(*server.node_id, node.id, 1)};
  }
  const auto next_hop = only_overlay_address(node.ipv6);
  if (!next_hop) {
    return fail(ErrorKind::OutOfRange, "needs exactly one IPv6 address inside fd7a:115c:a1e0::/48");
  }
  return Rule{*neighbour, node.id, member.asn, member.user, *next_hop, std::nullopt};
}

// Of one member, at this instant; those outside the pool are named.
std::vector<LeaseRow> lease_rows(const Mapping& mapping, const Server& server,
                                 const Contradictions& contradictions, Instant now,
                                 std::vector<Skipped>& skipped) {
  std::set<LeaseRow> rows;
  for (const LeasedPrefix& lease : mapping.leases) {
    if (!lease.in_force(now) || contradictions.prefixes.contains(lease.prefix)) continue;
    if (!server.pool || server.pool->contains(lease.prefix)) {
      rows.insert({lease.prefix, mapping.asn});
    } else {
      skipped.push_back(
          {fmt::format("prefix {} of {}", lease.prefix.text(), mapping.user.short_text()),
           "outside this site's pool"});
    }
  }
  return {rows.begin(), rows.end()};
}

// Members of contradictions count too: what ends may settle who is right.
std::optional<Instant> next_change(std::span<const Mapping> mappings, std::span<const Node> nodes,
                                   Instant now) {
  std::optional<Instant> next;
  const auto consider = [&](Instant instant) {
    if (instant > now && (!next || instant < *next)) next = instant;
  };
  for (const Mapping& mapping : mappings) {
    for (const LeasedPrefix& lease : mapping.leases) {
      if (!lease.window) continue;
      consider(lease.window->begin());
      consider(lease.window->end());
    }
  }
  for (const Node& node : nodes) {
    if (node.expiry) consider(*node.expiry);
  }
  return next;
}

// Collects the rules of all nodes and the rows of every member that has a node here: a prefix that
// nobody can announce at this site needs no row.
class Assembly {
 public:
  Assembly(const Server& server, const Contradictions& contradictions, Compiled& compiled)
      : server_{server}, contradictions_{contradictions}, compiled_{compiled} {}

  void add(const Node& node, const Joined& joined) {
    if (contradictions_.nodes.contains(node.id)) return;
    if (!joined.mapping) return skip(node, std::string{joined.why_not});
    const Mapping& member = *joined.mapping;
    if (contradictions_.members.contains(member.user)) {
      return skip(
          node, fmt::format("its member {} is part of a contradiction", member.user.short_text()));
    }
    if (has_address_of(server_, node)) {
      compiled_.contradictions.push_back({named(node), "it has this IXP server's own address"});
      return;
    }
    if (server_.asn_pool && !server_.asn_pool->contains(member.asn)) {
      return skip(node, fmt::format("AS{} of its member is outside asn_pool {}", member.asn.text(),
                                    server_.asn_pool->text()));
    }
    const Result<Rule> rule = rule_for(node, member, server_);
    if (!rule) return skip(node, rule.error().detail);
    rules_.push_back(*rule);
    members_here_.emplace(member.user, &member);
  }

  void finish(Instant now, const Quarantined& quarantined) {
    std::vector<LeaseRow> leases, in_quarantine;
    for (const auto& [user, mapping] : members_here_) {
      const auto rows = lease_rows(*mapping, server_, contradictions_, now, compiled_.skipped);
      std::vector<LeaseRow>& kept = quarantined.contains(user) ? in_quarantine : leases;
      kept.insert(kept.end(), rows.begin(), rows.end());
    }
    compiled_.policy = Policy{std::move(rules_), std::move(leases), std::move(in_quarantine)};
  }

 private:
  void skip(const Node& node, std::string reason) {
    compiled_.skipped.push_back({named(node), std::move(reason)});
  }

  const Server& server_;
  const Contradictions& contradictions_;
  Compiled& compiled_;
  std::vector<Rule> rules_;
  std::map<UserHash, const Mapping*> members_here_;
};

}  // namespace

Compiled compile(std::span<const Mapping> mappings, std::span<const Node> nodes,
                 const Server& server, Instant now, const Quarantined& quarantined) {
  Compiled compiled;
  const std::vector<Mapping> members = distinct_mappings(mappings);
  const std::vector<Node> machines = live_nodes(nodes, server, now, compiled.skipped);
  const Contradictions contradictions = find_contradictions(members, machines, server, now);
  compiled.contradictions = contradictions.named;

  const MemberIndex index{members};
  Assembly assembly{server, contradictions, compiled};
  for (const Node& node : machines) assembly.add(node, index.owner_of(node));
  assembly.finish(now, quarantined);

  sort_distinct(compiled.skipped);
  sort_distinct(compiled.contradictions);
  compiled.next_change = next_change(members, machines, now);
  return compiled;
}

Compiled compile(std::span<const Mapping> mappings, std::span<const Node> nodes, const Site& site,
                 Instant now, const Quarantined& quarantined) {
  return compile(mappings, nodes, server_of(site), now, quarantined);
}

}  // namespace peerlab::policy

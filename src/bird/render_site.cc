#include <fmt/format.h>

#include "bird/render.h"
#include "bird/world_gate.h"

namespace peerlab::bird {
namespace {

using policy::RpkiRow;
using policy::RtrServer;
using policy::Sibling;
using policy::Site;
using policy::WorldNeighbour;

// What an upstream and a route server differ in.
struct Group {
  std::string_view prefix;    // of the protocol's name: never a keyword of BIRD's, never peerlab_
  std::string_view role;      // ours, RFC 9234
  std::string_view first_as;  // a route server is not in the paths it sends (RFC 7947)
  std::string_view judge;     // of what it sends
  int wish;                   // the group's bit in peerlab_wishes()
};
constexpr Group kUpstream{"upstream_", "customer", "on", "peerlab_import_upstream", 4};
constexpr Group kRouteServer{"rs_", "rs_client", "off", "peerlab_import_peers", 8};

template <class Items, class Spell>
std::string joined(const Items& items, std::string_view between, Spell spell) {
  std::string text;
  for (const auto& item : items) {
    if (!text.empty()) text += between;
    text += spell(item);
  }
  return text;
}

std::string static_routes(const std::vector<Ipv6Prefix>& prefixes) {
  std::string text;
  for (const Ipv6Prefix& prefix : prefixes) {
    text += fmt::format("  route {} unreachable;\n", prefix.text());
  }
  return text;
}

std::string spell(const WorldNeighbour& neighbour, const Group& group) {
  const std::string password =
      neighbour.password ? fmt::format("  password \"{}\";\n", neighbour.password->reveal()) : "";
  return fmt::format(
      "protocol bgp {0}{1} from peerlab_world {{\n"
      "  local {2} as PEERLAB_AS; neighbor {3} as {4};\n"
      "  local role {5}; enforce first as {6};\n{7}"
      "  ipv6 {{ import where {8}(); export where peerlab_export({9}); }};\n"
      "}}\n",
      group.prefix, neighbour.name.text(), neighbour.local_address.text(), neighbour.address.text(),
      neighbour.asn.text(), group.role, group.first_as, password, group.judge, group.wish);
}

// A server that is down is tried again after 10 s, whatever it asks for; its other times are its
// own.
std::string spell(const RtrServer& server) {
  return fmt::format(
      "protocol rpki {}{} {{ roa6 {{ table rpki6; }}; remote {} port {}; retry keep 10; }}\n",
      kRtrPrefix, server.name.text(), server.address_text(), server.port);
}

std::string spell(const Sibling& sibling, const NodeId& own) {
  return fmt::format(
      "protocol bgp peerlab_sibling_{} from peerlab_sibling {{\n"
      "  local {} as PEERLAB_AS; neighbor {} as PEERLAB_AS;\n"
      "  ipv6 {{ import where peerlab_judge_sibling({}, {}); export where peerlab_to_sibling({}); "
      "}};\n"
      "}}\n",
      sibling.name.text(), sibling.local_address.text(), sibling.address.text(),
      sibling.node_id.number(), sibling.address.text(), own.number());
}

}  // namespace

std::string render_site(const Site& site) {
  const std::vector<Ipv6Prefix>& blocks = site.pool.blocks();
  std::vector<Ipv6Prefix> own = blocks;
  own.insert(own.end(), site.infrastructure.begin(), site.infrastructure.end());
  const auto leasable = [](const Ipv6Prefix& block) { return block.text() + "{48,48}"; };
  const auto within = [](const Ipv6Prefix& prefix) { return prefix.text() + "+"; };
  return fmt::format(
      "# PeerLab on an IXP server: this site's values, rendered from the operator's site file.\n"
      "# No decision lives here.\n"
      "define PEERLAB_AS        = {};\n"
      "define PEERLAB_LOCAL     = {};\n"
      "define PEERLAB_NEXT_HOP  = {};\n"
      "define PEERLAB_POOL      = [ {} ];  # what may be leased\n"
      "define PEERLAB_OWN_SPACE = [ {} ];  # what never comes from outside\n"
      "define PEERLAB_HAS_RTR   = {};  # true: the world is told nothing before the gate opens\n"
      "\n"
      "# The platform's own prefixes go to members and the world, whatever else knows them.\n"
      "protocol static peerlab_infrastructure {{ ipv6 {{ preference 250; }};\n{}}}\n"
      "# Pool space that nobody announces goes nowhere, instead of back to the upstream.\n"
      "protocol static peerlab_sink {{ ipv6 {{ preference 10; }};\n{}}}\n",
      site.asn.text(), site.overlay_ipv4.text(), site.overlay_ipv6.text(),
      joined(blocks, ", ", leasable), joined(own, ", ", within), !site.rtr.empty(),
      static_routes(site.infrastructure), static_routes(blocks));
}

std::string render_server(const Site& site, Form form) {
  std::string text = fmt::format(
      "# IXP server {}, rendered from the operator's site file.\n"
      "router id {};\n"
      "timeformat base iso long; timeformat log iso long; timeformat protocol iso long; "
      "timeformat route iso long;\n"
      "log stderr all;\n"
      "include \"peerlab.conf\";\n{}"
      "# BIRD 2.0.12 does what a timer asked for when it next wakes: within a second, and not "
      "three.\n"
      "protocol device peerlab_device {{ scan time 1; }}\n"
      "protocol direct peerlab_direct {{ ipv4; ipv6; }}\n"
      "protocol kernel peerlab_fib {{ ipv6 {{ import none; export where peerlab_kernel(); }}; }}\n"
      "protocol static peerlab_rpki_rows {{ roa6 {{ table rpki6; }};\n",
      site.name.text(), site.router_id.text(),
      form == Form::Function ? "include \"peerlab_function.conf\";\n" : "");
  for (const RpkiRow& row : site.rpki) {
    text += fmt::format("  route {} max {} as {};\n", row.prefix.text(), row.max_length,
                        row.asn.text());
  }
  text += "}\n";
  for (const RtrServer& server : site.rtr) text += spell(server);
  if (!site.rtr.empty()) text += fmt::format("include \"{}\";\n", kGateFile);
  for (const WorldNeighbour& upstream : site.upstreams) text += spell(upstream, kUpstream);
  for (const WorldNeighbour& server : site.route_servers) text += spell(server, kRouteServer);
  if (form == Form::Function) return text;  // no lease rows: it could believe no sibling
  for (const Sibling& sibling : site.siblings) text += spell(sibling, *site.node_id);
  return text;
}

}  // namespace peerlab::bird

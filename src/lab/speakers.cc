#include "lab/speakers.h"

#include <fmt/format.h>

#include "lab/database.h"
#include "lab/rpki.h"

namespace peerlab::lab {
namespace {

// A lab is impatient: a neighbour that is not there yet is tried again at once.
constexpr std::string_view kImpatient =
    "strict bind on; connect delay time 1; connect retry time 2; error wait time 1, 2;";

std::string preamble(std::string_view router_id) {
  return fmt::format(
      "router id {};\nlog stderr all;\n"
      "timeformat base iso long; timeformat log iso long; timeformat protocol iso long; timeformat "
      "route iso long;\nprotocol device {{ scan time 5; }}\nprotocol direct {{ ipv6; }}\n",
      router_id);
}

}  // namespace

std::string transit_configuration(const IxpSite& site, const std::filesystem::path& table) {
  return preamble(fmt::format("192.0.2.{}", 200 + site.node.id.number())) +
         fmt::format(
             "protocol kernel {{ ipv6 {{ import none; export where proto = \"{7}\"; }}; }}\n"
             "protocol static lab_world {{ ipv6; route {0} unreachable; }}\n"
             "protocol static world {{ ipv6;\n  include \"{1}\";\n}}\n"
             "protocol bgp {7} {{\n  local {2} as {3}; neighbor {4} as {5}; {6}\n"
             "  local role provider;\n"
             "  ipv6 {{ import all; export where source = RTS_STATIC; }};\n}}\n",
             site.internet_prefix, table.string(), site.transit_to_ixp, site.transit_as,
             site.ixp_to_transit, kPlatformAs, kImpatient, site.name());
}

std::string route_server_configuration() {
  return preamble("192.0.2.6") +
         fmt::format(
             "protocol static clients {{ ipv6; route {} unreachable {{ bgp_path.prepend({}); }}; "
             "}}\n"
             "protocol bgp ixpfra01 {{\n  local {} as {}; neighbor {} as {}; {}\n"
             "  local role rs_server; rs client;\n"
             "  ipv6 {{ import all; export where source = RTS_STATIC; }};\n}}\n",
             kRouteServerPrefix, kRouteServerClientAs, kRouteServerToIxp, kRouteServerAs,
             kIxpToRouteServer, kPlatformAs, kImpatient);
}

std::string intruder_configuration(const Plan& plan, const OverlayNode& machine, const Asn& asn,
                                   const Prefix48& prefix) {
  return preamble(machine.ipv4.text()) +
         fmt::format(
             "protocol static own {{ ipv6; route {} unreachable; }}\n"
             "protocol bgp ixpfra01 {{\n  local {} as {}; neighbor {} as {}; multihop 1; {}\n"
             "  ipv6 {{ extended next hop on; import all; export where proto = \"own\"; }};\n}}\n",
             prefix.text(), machine.ipv4.text(), asn.text(), plan.fra.node.ipv4.text(), kPlatformAs,
             kImpatient);
}

std::string site_description(const Plan& plan, const IxpSite& site) {
  const OverlayNode& node = site.node;
  const IxpSite& sibling = plan.sibling_of(site);
  std::string text = fmt::format(
      "name = \"{}\"\nasn = {}\nrouter_id = \"{}\"\noverlay_ipv4 = \"{}\"\n"
      "overlay_ipv6 = \"{}\"\nnode_id = {}\npool = [\"{}\"]\ninfrastructure = [\"{}\"]\n"
      "links = false\n\n"
      "[[upstream]]\nname = \"{}\"\nasn = {}\naddress = \"{}\"\nlocal_address = \"{}\"\n\n"
      "[[rtr]]\nname = \"core\"\naddress = \"{}\"\nport = {}\n\n"
      "[[rtr]]\nname = \"members\"\naddress = \"{}\"\nport = {}\n\n"
      "[[sibling]]\nname = \"{}\"\nnode_id = {}\naddress = \"{}\"\nlocal_address = \"{}\"\n",
      site.name(), kPlatformAs, node.ipv4.text(), node.ipv4.text(), node.ipv6.text(),
      node.id.number(), kPool, kInfrastructure, site.transit, site.transit_as, site.transit_to_ixp,
      site.ixp_to_transit, kCoreAddress, kRtrPort, kCoreAddress, kMembersRtrPort, sibling.name(),
      sibling.node.id.number(), sibling.link, site.link);
  if (site.name() == plan.fra.name()) {
    text += fmt::format(
        "\n[[route_server]]\nname = \"routeserver\"\nasn = {}\naddress = \"{}\"\n"
        "local_address = \"{}\"\n",
        kRouteServerAs, kRouteServerToIxp, kIxpToRouteServer);
  }
  // A walk through every promise changes its mind as often as a member does in a week.
  return text + "\n[change_budget]\nburst = 1000\n";
}

std::string gateway_configuration(const Plan& plan) {
  const std::filesystem::path core = plan.options.directory / "core";
  std::string text = fmt::format(
      "address = \"{}:8080\"\nissuer = \"{}\"\ninsecure_issuer = true\naudience = [\"{}\"]\n"
      "pool = [\"{}\"]\ninfrastructure = [\"{}\"]\nleases_per_member = 2\n"
      "database_url = \"{}\"\nagent_keys_file = \"{}\"\noperator_keys_file = \"{}\"\n"
      "roa_file = \"{}\"\nlab_hour = \"10s\"\n"
      "platform_name = \"PeerLab in one machine\"\nplatform_asn = {}\n"
      "cli_client_id = \"peerlab-cli\"\nportal_client_id = \"peerlab-portal\"\n",
      kCoreAddress, kIssuer, kAudience, kPool, kInfrastructure, database_url(plan),
      (core / "agent-keys").string(), (core / "operator-keys").string(),
      members_roas(plan).string(), kPlatformAs);
  for (const IxpSite* const site : plan.sites()) {
    text += fmt::format(
        "\n[[site]]\nname = \"{}\"\nnode_id = {}\noverlay_ipv4 = \"{}\"\noverlay_ipv6 = \"{}\"\n",
        site->name(), site->node.id.number(), site->node.ipv4.text(), site->node.ipv6.text());
  }
  return text;
}

}  // namespace peerlab::lab

#include "lab/speakers.h"

#include <fmt/format.h>

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

std::string transit_configuration(const std::filesystem::path& table) {
  return preamble("192.0.2.5") +
         fmt::format(
             "protocol kernel {{ ipv6 {{ import none; export where proto = \"ixpfra01\"; }}; }}\n"
             "protocol static lab_world {{ ipv6; route {} unreachable; }}\n"
             "protocol static world {{ ipv6;\n  include \"{}\";\n}}\n"
             "protocol bgp ixpfra01 {{\n  local {} as {}; neighbor {} as {}; {}\n"
             "  local role provider;\n"
             "  ipv6 {{ import all; export where source = RTS_STATIC; }};\n}}\n",
             kInternetPrefix, table.string(), kTransitToIxp, kTransitAs, kIxpToTransit, kPlatformAs,
             kImpatient);
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
             prefix.text(), machine.ipv4.text(), asn.text(), plan.ixp.ipv4.text(), kPlatformAs,
             kImpatient);
}

std::string site_description(const Plan& plan) {
  return fmt::format(
      "name = \"ixpfra01\"\nasn = {}\nrouter_id = \"{}\"\noverlay_ipv4 = \"{}\"\n"
      "overlay_ipv6 = \"{}\"\nnode_id = {}\npool = [\"{}\"]\ninfrastructure = [\"{}\"]\n"
      "links = false\n\n"
      "[[upstream]]\nname = \"transit\"\nasn = {}\naddress = \"{}\"\nlocal_address = \"{}\"\n\n"
      "[[route_server]]\nname = \"routeserver\"\nasn = {}\naddress = \"{}\"\nlocal_address = "
      "\"{}\"\n\n"
      "[[rtr]]\nname = \"core\"\naddress = \"{}\"\nport = {}\n",
      kPlatformAs, plan.ixp.ipv4.text(), plan.ixp.ipv4.text(), plan.ixp.ipv6.text(),
      plan.ixp.id.number(), kPool, kInfrastructure, kTransitAs, kTransitToIxp, kIxpToTransit,
      kRouteServerAs, kRouteServerToIxp, kIxpToRouteServer, kCoreAddress, kRtrPort);
}

std::string gateway_configuration(const Plan& plan) {
  const std::filesystem::path core = plan.options.directory / "core";
  return fmt::format(
      "address = \"{}:8080\"\nissuer = \"{}\"\ninsecure_issuer = true\naudience = [\"{}\"]\n"
      "pool = [\"{}\"]\ninfrastructure = [\"{}\"]\nleases_per_member = 2\n"
      "database_url = \"sqlite:{}\"\nagent_keys_file = \"{}\"\nlab_hour = \"10s\"\n"
      "platform_name = \"PeerLab in one machine\"\nplatform_asn = {}\n"
      "cli_client_id = \"peerlab-cli\"\nportal_client_id = \"peerlab-portal\"\n\n"
      "[[site]]\nname = \"ixpfra01\"\nnode_id = {}\noverlay_ipv4 = \"{}\"\noverlay_ipv6 = \"{}\"\n",
      kCoreAddress, kIssuer, kAudience, kPool, kInfrastructure, (core / "peerlab.db").string(),
      (core / "agent-keys").string(), kPlatformAs, plan.ixp.id.number(), plan.ixp.ipv4.text(),
      plan.ixp.ipv6.text());
}

}  // namespace peerlab::lab

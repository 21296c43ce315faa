#include "lab/bridge_overlay.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <map>

#include "base/file.h"
#include "lab/namespaces.h"
#include "overlay/headscale.h"

namespace peerlab::lab {
namespace {

namespace json = boost::json;

constexpr std::string_view kSomeTime = "2026-11-01T09:00:00Z";  // no program reads it
constexpr std::uint32_t kFirstUser = 100;  // Headscale counts users and nodes apart

json::object user_json(const OverlayNode& node, std::uint32_t number) {
  const bool tagged = node.owner.empty();
  return {{"id", tagged ? "2147455555" : std::to_string(number)},
          {"name", tagged ? "tagged-devices" : node.owner},
          {"createdAt", kSomeTime},
          {"displayName", tagged ? "Tagged Devices" : node.owner},
          {"email", tagged ? "" : fmt::format("{}@example.org", node.owner)},
          {"providerId", tagged ? "" : overlay::provider_id(kIssuer, "lab|" + node.owner)},
          {"provider", tagged ? "" : "oidc"},
          {"profilePicUrl", ""}};
}

json::object node_json(const OverlayNode& node, std::uint32_t user) {
  const json::array tags = node.owner.empty() ? json::array{"tag:ixp"} : json::array{};
  return {
      {"id", std::to_string(node.id.number())},
      {"machineKey", fmt::format("mkey:{:064x}", node.id.number())},
      {"nodeKey", fmt::format("nodekey:{:064x}", node.id.number())},
      {"discoKey", fmt::format("discokey:{:064x}", node.id.number())},
      {"ipAddresses", json::array{node.ipv4.text(), node.ipv6.text()}},
      {"name", node.name},
      {"givenName", node.name},
      {"user", user_json(node, user)},
      {"lastSeen", kSomeTime},
      {"expiry", nullptr},
      {"preAuthKey", nullptr},
      {"createdAt", kSomeTime},
      {"registerMethod", node.owner.empty() ? "REGISTER_METHOD_AUTH_KEY" : "REGISTER_METHOD_OIDC"},
      {"online", true},
      {"approvedRoutes", json::array{}},
      {"availableRoutes", json::array{}},
      {"subnetRoutes", json::array{}},
      {"tags", tags}};
}

std::string address_lines(const OverlayNode& machine) {
  return fmt::format(
      "addr add {}/10 dev overlay\naddr add {}/48 dev overlay\nlink set overlay up\n",
      machine.ipv4.text(), machine.ipv6.text());
}

}  // namespace

std::string node_list_json(const std::vector<OverlayNode>& nodes) {
  json::array list;
  std::map<std::string, std::uint32_t> users;
  for (const OverlayNode& node : nodes) {
    const auto number = static_cast<std::uint32_t>(kFirstUser + users.size());
    list.push_back(node_json(node, users.try_emplace(node.owner, number).first->second));
  }
  return json::serialize(json::object{{"nodes", std::move(list)}}) + "\n";
}

BridgeOverlay::BridgeOverlay(const Plan& plan) : plan_{plan} {}

std::filesystem::path BridgeOverlay::node_list() const {
  return plan_.options.directory / "core" / "nodes.json";
}

Result<void> BridgeOverlay::raise() {
  std::vector<OverlayNode> machines = plan_.known_nodes();
  machines.push_back(plan_.stranger);
  std::string wires, bridge = "link add overlay type bridge\nlink set overlay up\n";
  unsigned port = 0;
  for (const OverlayNode& machine : machines) {
    wires += wire_lines({machine.name, "overlay", "overlay", ++port});
    bridge += fmt::format("link set ove{} master overlay up\n", port);
  }
  if (const Result<void> wired = ip_batch("", wires); !wired) return wired;
  if (const Result<void> bridged = ip_batch(kWires, bridge); !bridged) return bridged;
  for (const OverlayNode& machine : machines) {
    if (const Result<void> addressed = ip_batch(machine.name, address_lines(machine)); !addressed) {
      return addressed;
    }
  }
  return write_file(node_list(), node_list_json(nodes()));
}

}  // namespace peerlab::lab

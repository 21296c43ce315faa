#include "lab/plan.h"

#include <fmt/format.h>

namespace peerlab::lab {
namespace {

constexpr std::uint32_t kFirstMemberNode = 17;

// fd7a:115c:a1e0::number
Ipv6 overlay_ipv6(unsigned number) {
  return Ipv6::from_bytes({0xfd, 0x7a, 0x11, 0x5c, 0xa1, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0,
                           static_cast<std::uint8_t>(number >> 8U),
                           static_cast<std::uint8_t>(number & 0xFFU)});
}

// 100.64.0.0 + number
Ipv4 overlay_ipv4(unsigned number) { return Ipv4::from_number(0x6440'0000U + number); }

OverlayNode node(std::string name, std::uint32_t id, unsigned host, std::string owner) {
  return {std::move(name), *NodeId::make(id), overlay_ipv4(host), overlay_ipv6(host),
          std::move(owner)};
}

std::string name_of_seat(unsigned seat) {
  if (seat == 0) return "alice";
  if (seat == 1) return "bob";
  return fmt::format("member{}", seat + 1);
}

}  // namespace

const IxpSite& Plan::sibling_of(const IxpSite& site) const {
  return site.name() == fra.name() ? ams : fra;
}

Result<Plan> make_plan(const LabOptions& options) {
  if (options.members < 2 || options.members > 50) {
    return fail(ErrorKind::OutOfRange, "--members takes 2 to 50: alice and bob are always there");
  }
  Plan plan{options,
            {node("ixpfra01", 1, 1, ""), "transit", 64496, options.table, "2001:db8:ff::1",
             "2001:db8:ff::2", "3fff:300::/48", "3fff:300::1", "3fff:300::9", "2001:db8:fc::1"},
            {node("ixpams01", 2, 2, ""), "transitams", 64497, Table::Small, "2001:db8:fd::1",
             "2001:db8:fd::2", "3fff:301::/48", "3fff:301::1", "3fff:301::9", "2001:db8:fc::2"},
            {},
            node("second", 200, 200, "alice"),
            node("stranger", 201, 201, "")};
  for (unsigned seat = 0; seat < static_cast<unsigned>(options.members); ++seat) {
    const std::string name = name_of_seat(seat);
    plan.members.push_back({node(name, kFirstMemberNode + seat, 10 + seat, name), seat});
  }
  return plan;
}

std::vector<std::string> Plan::places() const {
  std::vector<std::string> names{"core", "routeserver", "internet", "stranger", "second"};
  for (const IxpSite* const site : sites()) {
    names.push_back(site->name());
    names.push_back(site->transit);
  }
  for (const Member& member : members) names.push_back(member.node.name);
  return names;
}

std::vector<OverlayNode> Plan::known_nodes() const {
  std::vector<OverlayNode> nodes{fra.node, ams.node};
  for (const Member& member : members) nodes.push_back(member.node);
  nodes.push_back(second_machine);
  return nodes;
}

std::string namespace_of(std::string_view place) { return fmt::format("peerlab-{}", place); }

}  // namespace peerlab::lab

// Who stands where: the lab's topology as values.  Nothing is done here.
//
//   internet ── transit AS64496 ─────── ixpfra01 AS64500 ── routeserver AS64511
//      │                                   │   └── overlay (BGP and packets): alice, bob,
//      │                                   │   ┌── member3 …, second, stranger
//      └─────── transitams AS64497 ──── ixpams01 AS64500
//   core (gateway, identity provider) ── underlay ── everybody
//
// Every number is reserved for documentation, private use or tests: nothing here is anybody's.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/node.h"
#include "lab/lab.h"

namespace peerlab::lab {

inline constexpr std::string_view kUnderlayHost = "192.0.2.";  // RFC 5737
inline constexpr std::string_view kCoreAddress = "192.0.2.2";
inline constexpr std::string_view kGatewayUrl = "http://192.0.2.2:8080";
inline constexpr std::string_view kIssuer = "http://192.0.2.2:9000/";
inline constexpr std::string_view kAudience = "https://gateway.lab/";

inline constexpr std::string_view kIxpToRouteServer = "2001:db8:fe::1";
inline constexpr std::string_view kRouteServerToIxp = "2001:db8:fe::2";

inline constexpr std::uint32_t kPlatformAs = 64500;
inline constexpr std::uint32_t kRouteServerAs = 64511;
inline constexpr std::uint32_t kRouteServerClientAs =
    64505;  // whose routes the route server passes on

inline constexpr std::string_view kPool = "3fff:100::/40";  // RFC 9637
inline constexpr std::string_view kInfrastructure = "3fff:200::/48";
inline constexpr std::string_view kRouteServerPrefix = "3fff:400::/48";

// A machine on the overlay.
struct OverlayNode {
  std::string name;
  NodeId id;
  Ipv4 ipv4;
  Ipv6 ipv6;
  std::string owner;  // who signed it in: "alice"; empty: nobody, it is the platform's own
};

// One IXP server, its upstream, and what the host on the Internet has of that upstream.
struct IxpSite {
  OverlayNode node;     // the site is called like its server
  std::string transit;  // the upstream's place
  std::uint32_t transit_as;
  Table table;  // what the upstream announces, with internet_prefix
  std::string ixp_to_transit, transit_to_ixp;
  std::string internet_prefix, internet_gateway, internet_host;
  std::string link;  // its address on the link between the sites

  [[nodiscard]] const std::string& name() const { return node.name; }
};

struct Member {
  OverlayNode node;
  unsigned seat;  // 0 is alice
};

struct Plan {
  LabOptions options;
  IxpSite fra;                  // ixpfra01, which has a route server too
  IxpSite ams;                  // ixpams01
  std::vector<Member> members;  // alice first, then bob
  OverlayNode second_machine;   // alice's other machine, known to the platform
  OverlayNode stranger;         // a machine that no controller knows

  [[nodiscard]] const Member& alice() const { return members[0]; }
  [[nodiscard]] const Member& bob() const { return members[1]; }
  [[nodiscard]] std::vector<const IxpSite*> sites() const { return {&fra, &ams}; }
  [[nodiscard]] const IxpSite& sibling_of(const IxpSite& site) const;
  [[nodiscard]] std::vector<std::string> places()
      const;  // every namespace but the wires', short names
  [[nodiscard]] std::vector<OverlayNode> known_nodes()
      const;  // what the overlay's controller would list
};

// OutOfRange for less than 2 or more than 50 members.
[[nodiscard]] Result<Plan> make_plan(const LabOptions& options);

[[nodiscard]] std::string namespace_of(std::string_view place);  // "peerlab-alice"
inline constexpr std::string_view kWires = "wires";              // holds the bridges

}  // namespace peerlab::lab

// The fixture of the attack table: an IXP server as `peerlab-bird-config` renders it, with an
// upstream, a route server and the member bob, all live BIRDs in namespaces of their own, and one
// namespace from which the raw speaker attacks.
#pragma once

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

#include "policy/policy.h"
#include "policy/site.h"
#include "tests/attack/running_bird.h"
#include "tests/support/bgp/speaker.h"

namespace peerlab::attack {

// A member whose machine we are.  Every attack takes a new one: after an error BIRD refuses the
// same neighbour for 30 s.
struct Attacker {
  std::uint32_t node;
  std::uint32_t asn;
  std::string address;  // on the overlay, where its session comes from
  Ipv6 next_hop;        // where its packets are to go
  Ipv6Prefix prefix;    // leased to it
  Ipv6Prefix marker;    // leased to it too: announced after an attack, to see that it was read
  [[nodiscard]] std::string protocols() const;  // matches the BIRD protocols of its sessions
};

inline constexpr const char* kIxp = "100.64.0.1";
inline constexpr const char* kIxpElsewhere = "192.0.2.1";  // another address of the IXP server's
inline constexpr const char* kStranger = "100.65.0.1";     // no node has this, nor its neighbours
inline constexpr std::uint32_t kPlatformAs = 64500, kUpstreamAs = 64496, kRouteServerAs = 64511;
inline constexpr std::uint32_t kBobsAs = 65001;

// Sessions to the world that wait for the raw speaker.
inline constexpr std::uint32_t kRawUpstreamAs = 64497, kRawRouteServerAs = 64510;
inline constexpr const char* kRawUpstream = "2001:db8:fd::2";
inline constexpr const char* kIxpToRawUpstream = "2001:db8:fd::1";
inline constexpr const char* kRawRouteServer = "2001:db8:fc::2";
inline constexpr const char* kIxpToRawRouteServer = "2001:db8:fc::1";

// So does a sibling site.
inline constexpr std::uint32_t kRawSiblingNode = 2;
inline constexpr const char* kRawSibling = "2001:db8:fb::2";
inline constexpr const char* kIxpToRawSibling = "2001:db8:fb::1";

class Exchange {
 public:
  // NotFound or NotPermitted where this machine cannot run it.  Returns when bob and the world
  // have their sessions.
  static Result<std::unique_ptr<Exchange>> start();

  [[nodiscard]] Attacker attacker();  // a new one
  // TCP from an address of the attackers' namespace to the IXP server.
  [[nodiscard]] testing_support::bgp::Speaker connect(const std::string& from,
                                                      const std::string& to = kIxp);

  [[nodiscard]] RunningBird& ixp() { return *ixp_; }
  [[nodiscard]] RunningBird& upstream() { return *upstream_; }
  [[nodiscard]] RunningBird& route_server() { return *route_server_; }
  [[nodiscard]] RunningBird& bob() { return *bob_; }
  [[nodiscard]] const NetworkNamespace& attackers_place() const { return attackers_; }
  // The next hop of the IXP server's kernel route for exactly this prefix, or "unreachable", or
  // "nothing".
  [[nodiscard]] std::string kernel(const Ipv6Prefix& prefix);

  // What is in force, to be changed and published.
  policy::Site site;
  std::vector<policy::Rule> rules;
  std::vector<policy::LeaseRow> leases;
  void publish();

 private:
  Exchange(NetworkNamespace ixp, NetworkNamespace upstream, NetworkNamespace route_server,
           NetworkNamespace bob, NetworkNamespace attackers);
  [[nodiscard]] Result<void> wire();
  [[nodiscard]] Result<void> start_birds();
  [[nodiscard]] Files server_directory() const;

  NetworkNamespace ixp_place_, upstream_place_, route_server_place_, bob_place_, attackers_;
  std::unique_ptr<RunningBird> ixp_, upstream_, route_server_, bob_;
  std::uint32_t next_node_;
};

// One Exchange a suite.
class ExchangeTest : public testing::Test {
 protected:
  static void SetUpTestSuite();
  static void TearDownTestSuite() { exchange_.reset(); }
  void SetUp() override;
  [[nodiscard]] static Exchange& exchange() { return *exchange_; }

 private:
  static std::unique_ptr<Exchange> exchange_;
  static Error why_not_;
};

// True as soon as it is so; false where it is not within `patience`.
[[nodiscard]] bool eventually(const std::function<bool()>& is_so,
                              std::chrono::milliseconds patience = std::chrono::seconds{5});

}  // namespace peerlab::attack

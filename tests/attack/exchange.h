// The fixture of the attack table: an IXP server as `peerlab-bird-config` renders it, with an
// upstream, a route server and the member bob, all live BIRDs in namespaces of their own, and one
// namespace from which the raw speaker attacks.  In either form: most rows are the same in both.
#pragma once

#include <gmock/gmock.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bird/render.h"
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

// One router away from the IXP server: a member's machine and a sibling that are not on its links.
inline constexpr std::uint32_t kFarNode = 0x20001, kFarAs = 65002, kFarSiblingNode = 3;
inline constexpr const char* kFar = "100.66.0.1";
inline constexpr const char* kFarSibling = "2001:db8:fa::2";

class Exchange {
 public:
  // NotFound or NotPermitted where this machine cannot run it.  Returns when bob and the world
  // have their sessions.
  static Result<std::unique_ptr<Exchange>> start(bird::Form form);

  [[nodiscard]] Attacker attacker();  // a new one
  // The IXP server's BIRD names its sessions so, with more or nothing behind it.  The function form
  // numbers them as they come, and names none before the first: "none".
  [[nodiscard]] std::string session_of(const Attacker& who);
  [[nodiscard]] bool established(const Attacker& who);
  // TCP from an address of the attackers' namespace to the IXP server.
  [[nodiscard]] testing_support::bgp::Speaker connect(const std::string& from,
                                                      const std::string& to = kIxp);
  // The same from the place behind the router.
  [[nodiscard]] testing_support::bgp::Speaker connect_from_afar(const std::string& from,
                                                                const std::string& to = kIxp);

  // The IXP server's BIRD starts anew on a machine that has no address yet; they come when it runs.
  void start_before_the_addresses();

  // The IXP server lets eight connections wait at most; a ninth would try again a second later.  An
  // answer on the control socket comes from the same loop that accepts.
  void let_it_accept() { EXPECT_FALSE(ixp_->ask("show status").empty()); }

  [[nodiscard]] RunningBird& ixp() { return *ixp_; }
  [[nodiscard]] RunningBird& upstream() { return *upstream_; }
  [[nodiscard]] RunningBird& route_server() { return *route_server_; }
  [[nodiscard]] RunningBird& bob() { return *bob_; }
  [[nodiscard]] const NetworkNamespace& attackers_place() const { return attackers_; }
  [[nodiscard]] const NetworkNamespace& ixp_place() const { return ixp_place_; }
  // The next hop of the IXP server's kernel route for exactly this prefix, or "unreachable", or
  // "nothing".
  [[nodiscard]] std::string kernel(const Ipv6Prefix& prefix);

  // What is in force, to be changed and published.
  policy::Site site;
  std::vector<policy::Rule> rules;
  std::vector<policy::LeaseRow> leases;
  void publish();

 private:
  Exchange(bird::Form form, std::vector<NetworkNamespace> places);
  [[nodiscard]] Result<void> wire();
  [[nodiscard]] Result<void> start_birds();
  [[nodiscard]] bool everybody_is_served();
  [[nodiscard]] Files server_directory() const;

  bird::Form form_;
  NetworkNamespace ixp_place_, upstream_place_, route_server_place_, bob_place_, attackers_, far_;
  std::unique_ptr<RunningBird> ixp_, upstream_, route_server_, bob_;
  std::uint32_t next_node_;
};

// One Exchange a suite and form, begun by the first test that needs it.
class ExchangeTest : public testing::Test {
 protected:
  explicit ExchangeTest(bird::Form form = bird::Form::Sessions);
  static void TearDownTestSuite() { exchanges_.clear(); }
  void SetUp() override;
  [[nodiscard]] static Exchange& exchange() { return **exchanges_.at(form_); }

 private:
  static std::map<bird::Form, Result<std::unique_ptr<Exchange>>> exchanges_;
  static bird::Form form_;  // of the test that runs
};

class ExchangeOfAnyForm : public ExchangeTest, public testing::WithParamInterface<bird::Form> {
 protected:
  ExchangeOfAnyForm() : ExchangeTest{GetParam()} {}
};

// A macro, since gtest's own names the suite.
#define PEERLAB_IN_BOTH_FORMS(SUITE)                                                   \
  INSTANTIATE_TEST_SUITE_P(                                                            \
      InBothForms, SUITE, testing::Values(bird::Form::Sessions, bird::Form::Function), \
      [](const auto& row) { return row.param == bird::Form::Sessions ? "Sessions" : "Function"; })

// True as soon as it is so; false where it is not within `patience`.
[[nodiscard]] bool eventually(const std::function<bool()>& is_so,
                              std::chrono::milliseconds patience = std::chrono::seconds{5});

}  // namespace peerlab::attack

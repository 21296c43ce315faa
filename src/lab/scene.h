// What the steps of the walk share: the lab's machines, and what happened so far.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "lab/member_machine.h"
#include "lab/ping.h"
#include "lab/platform.h"

namespace peerlab::lab {

// A prefix that a member holds, and when it began to.
struct HeldLease {
  Prefix48 prefix;
  Instant end;
};

struct Scene {
  Scene(const Plan& the_plan, const Clock& the_clock);

  const Plan& plan;
  const Clock& clock;
  Processes processes;
  MemberMachine alice;
  MemberMachine bob;
  Router ixp, ams;              // ixpfra01, ixpams01
  Router transit, transit_ams;  // their upstreams
  Router route_server;

  // Set by the steps that bring them about.
  std::optional<Asn> alice_asn, bob_asn;
  std::optional<HeldLease> alice_lease, second_lease, bob_lease;
  std::string bob_session_since;          // at the IXP server
  std::string bob_route_since;            // at transit
  std::map<std::string, double> seconds;  // figures, by name
};

// What a step saw, in a few words; its error is what was seen instead.
using StepResult = Result<std::string>;

struct Step {
  std::string_view promise;
  StepResult (*walk)(Scene&);
};

[[nodiscard]] std::vector<Step> sign_in_steps();
[[nodiscard]] std::vector<Step> announce_steps();
[[nodiscard]] std::vector<Step> wish_steps();
[[nodiscard]] std::vector<Step> operator_steps();
[[nodiscard]] std::vector<Step> refusal_steps(Form form);
[[nodiscard]] std::vector<Step> rpki_steps();
[[nodiscard]] std::vector<Step> site_steps(Form form);
[[nodiscard]] std::vector<Step> store_steps(Store store);
[[nodiscard]] std::vector<Step> ending_steps();

// Acts and looks that several steps need.

// `peerlab prefix request HOURS` of this member.
[[nodiscard]] Result<HeldLease> lease(const MemberMachine& machine, std::string_view hours);
// Gives back all that the member holds.
[[nodiscard]] Result<void> give_back_everything(const MemberMachine& machine);

// Waits until this router has the prefix with this path: from a member's two sites twice.
[[nodiscard]] Result<void> wait_for_path(const Router& router, std::string_view prefix,
                                         const std::vector<std::uint32_t>& path);
[[nodiscard]] Result<void> wait_for_absence(const Router& router, std::string_view prefix);
// The first route for the prefix; NotFound where there is none.
[[nodiscard]] Result<SeenRoute> route_at(const Router& router, std::string_view prefix);
// The router still has it, and was not told it anew.
[[nodiscard]] Result<void> untouched(const Router& router, const std::string& prefix,
                                     const SeenRoute& before);
// The live session of this node at ixpfra01; NotFound where there is none.
[[nodiscard]] Result<SeenSession> session_at_ixp(const Scene& scene, const OverlayNode& node);

// One ping each way, both of which saw true source addresses.
[[nodiscard]] StepResult ping_both_ways(const Standpoint& one, const Standpoint& other);

[[nodiscard]] std::string spelled(const std::vector<std::uint32_t>& path);

}  // namespace peerlab::lab

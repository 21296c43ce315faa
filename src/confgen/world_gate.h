// What public RPKI decides beside the policy: whether the world may be told anything yet, and what
// an operator is alarmed about (docs/decisions/0009-gate-before-the-world.md).
#pragma once

#include "bird/world_gate.h"
#include "confgen/options.h"
#include "policy/site.h"

namespace peerlab::confgen {

// How long the world waits after BIRD's start for the first answer of an RTR server.
inline constexpr std::chrono::seconds kGateHold{60};

// What BIRD says of itself.
struct RpkiSeen {
  std::vector<bird::RtrSession> servers;
  std::optional<std::uint64_t> roas;           // in table rpki6
  std::optional<std::chrono::seconds> uptime;  // nullopt, or negative after a step of the clock
};

// Shut only while no server has answered and BIRD is known to be younger than kGateHold.
[[nodiscard]] bool may_open(const RpkiSeen& seen);

// One sentence each: a server that is down, a table without any ROA.
[[nodiscard]] std::vector<std::string> rpki_alarms(const RpkiSeen& seen);

// Asks BIRD, opens or shuts the gate beside the policy's file where that is due, and returns the
// sentences to be told, the alarms among them.  A site without RTR servers has no gate, and a BIRD
// that cannot be asked finds it shut when it starts.
[[nodiscard]] std::vector<std::string> tend_world_gate(const policy::Site& site,
                                                       const OneShotOptions& options);

}  // namespace peerlab::confgen

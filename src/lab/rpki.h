// The lab's RTR server: stayrtr beside the gateway, fed by core/roas.json.
#pragma once

#include "lab/plan.h"
#include "lab/processes.h"

namespace peerlab::lab {

inline constexpr std::string_view kRtr = "rtr";  // its role among the processes
inline constexpr std::uint16_t kRtrPort = 3323;

[[nodiscard]] Result<void> start_rtr(const Plan& plan, const Processes& processes);

[[nodiscard]] Result<std::string> read_roas(const Plan& plan);
// Replaces what stayrtr tells and has it tell its clients at once.
[[nodiscard]] Result<void> publish_roas(const Plan& plan, const Processes& processes,
                                        const std::string& document);

}  // namespace peerlab::lab

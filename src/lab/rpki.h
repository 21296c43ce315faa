// The lab's RTR servers, stayrtr beside the gateway: one for the world, fed by core/roas.json, and
// one for members' prefixes, fed by what the gateway writes.
#pragma once

#include "lab/plan.h"
#include "lab/processes.h"

namespace peerlab::lab {

inline constexpr std::string_view kRtr = "rtr";  // its role among the processes
inline constexpr std::uint16_t kRtrPort = 3323;
inline constexpr std::uint16_t kMembersRtrPort = 3324;

[[nodiscard]] Result<void> start_rtr(const Plan& plan, const Processes& processes);

[[nodiscard]] std::filesystem::path members_roas(const Plan& plan);  // the gateway's roa_file
// Waits for the gateway to have written it.
[[nodiscard]] Result<void> start_members_rtr(const Plan& plan, const Processes& processes);

[[nodiscard]] Result<std::string> read_roas(const Plan& plan);
// Replaces what stayrtr tells and has it tell its clients at once.
[[nodiscard]] Result<void> publish_roas(const Plan& plan, const Processes& processes,
                                        const std::string& document);

}  // namespace peerlab::lab

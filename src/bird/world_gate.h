// The gate before the world (docs/decisions/0009-gate-before-the-world.md), as BIRD spells it: what
// peerlab_gate.conf holds, and what BIRD says of its RTR servers.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace peerlab::bird {

inline constexpr std::string_view kGateFile = "peerlab_gate.conf";
inline constexpr std::string_view kRtrPrefix = "rtr_";  // of the protocols' names

// peerlab_gate.conf: the one row, or none.
[[nodiscard]] std::string render_gate(bool open);

struct RtrSession {
  std::string name;          // without kRtrPrefix
  bool established = false;  // it answers now
  bool answered = false;     // it has told all that it has at least once, and that is not expired
  bool operator==(const RtrSession&) const = default;
};

// Readers of BIRD 2's answers to `show protocols all "rtr_*"`, `show status` (iso times, as
// render_server sets them) and `show route count table rpki6`; nullopt for what is no such answer.
[[nodiscard]] std::vector<RtrSession> read_rtr_sessions(std::string_view answer);
[[nodiscard]] std::optional<std::chrono::seconds> read_uptime(std::string_view answer);
[[nodiscard]] std::optional<std::uint64_t> read_route_count(std::string_view answer);

}  // namespace peerlab::bird

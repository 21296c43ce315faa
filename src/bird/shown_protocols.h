// What BIRD says of its BGP sessions: a reader of `show protocols all "…"`.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/address.h"
#include "domain/asn.h"

namespace peerlab::bird {

// Since the session's channel came up; they begin again at 0 with every session.
struct ImportCounters {
  // Reloads of our own too: BIRD counts each route that it judges again, as ignored where nothing
  // came of it and as filtered where it is refused (again).
  std::uint64_t updates_received = 0, updates_filtered = 0, updates_ignored = 0;
  std::uint64_t withdraws_received = 0;  // of members only
  bool operator==(const ImportCounters&) const = default;
};

struct ErrorWait {
  std::chrono::milliseconds left, whole;
  bool operator==(const ErrorWait&) const = default;
};

struct ShownSession {
  std::string name;   // "peerlab_n7_1"
  std::string state;  // of the protocol: "up", "start", "stop", "down"
  std::string since;  // of that state, in the server's own time: to be compared, not read
  std::string info;   // "Established", "Passive       Received: Administrative shutdown"
  std::string description = {};
  std::optional<Ipv4> neighbour = {};  // nullopt: a protocol that waits for a range, or IPv6
  std::string source_address = {};     // ours; only of an established one
  std::string last_error = {};
  std::uint64_t imported = 0, filtered = 0;  // routes held now: accepted, refused
  ImportCounters counters = {};
  std::optional<Asn> neighbour_as = {};
  std::string message = {};                  // given by whoever disabled or restarted it
  std::optional<ErrorWait> error_wait = {};  // nobody is let in meanwhile
  bool operator==(const ShownSession&) const = default;

  [[nodiscard]] bool established() const { return info.starts_with("Established"); }
};

// BGP protocols, in BIRD's order; none of what is no such answer.
[[nodiscard]] std::vector<ShownSession> read_sessions(std::string_view answer);

}  // namespace peerlab::bird

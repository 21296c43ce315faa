// BIRD 2.0.12 with nothing else to do keeps its own appointments up to 3 s late: its idle loop runs
// timers at the next wake-up (POLICY.md 3).  Whoever waits for one wakes it.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>

namespace peerlab::confgen {

// When the ROA tables of a policy that BIRD has just read have settled (deploy/ixp/peerlab.conf),
// and members' waiting routes can be judged by them.
inline constexpr std::chrono::milliseconds kSettled{150};

void wake_bird(const std::filesystem::path& socket);  // one that is down sleeps on

// --watch's wake-up call: BIRD is woken when a policy has settled, and nobody waits for it.  Times
// are those since boot (ClockReading::running).
class WakeUp {
 public:
  explicit WakeUp(std::filesystem::path socket) : socket_{std::move(socket)} {}

  void order(std::chrono::milliseconds running) { due_ = running + kSettled; }
  [[nodiscard]] std::chrono::milliseconds until_due(std::chrono::milliseconds running) const;
  void tend(std::chrono::milliseconds running);

 private:
  std::filesystem::path socket_;
  std::optional<std::chrono::milliseconds> due_;
};

}  // namespace peerlab::confgen

// A program that is told to end has little time left to wait for others.
#pragma once

#include <atomic>
#include <chrono>

namespace peerlab {

// For all who wait, from the moment it begins.  Any thread.
class Haste {
 public:
  using Steady = std::chrono::steady_clock;
  // What a question may take then: one under way from that moment, a later one from its own start.
  static constexpr std::chrono::milliseconds kPatience{2000};

  void begin();  // once and for good
  [[nodiscard]] bool has_begun() const { return since_.load() != Steady::time_point{}; }

  // When a question that was asked then, and has this long by itself, must be over.
  [[nodiscard]] Steady::time_point end_of(Steady::time_point asked,
                                          std::chrono::milliseconds patience) const;

 private:
  std::atomic<Steady::time_point> since_{};
};

}  // namespace peerlab

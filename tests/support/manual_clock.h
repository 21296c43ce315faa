#pragma once

#include <atomic>

#include "base/clock.h"

namespace peerlab::testing_support {

// A clock that moves only when told to: tests state when things happen.  Any thread.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Instant start = Instant{std::chrono::seconds{1'795'000'000}})
      : now_{start} {}
  [[nodiscard]] Instant now() const override { return now_; }
  void advance(std::chrono::seconds step) { now_ = now() + step; }
  void set(Instant now) { now_ = now; }

 private:
  std::atomic<Instant> now_;
};

}  // namespace peerlab::testing_support

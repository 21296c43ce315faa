// The time by which leases begin and end.  A machine's clock can be stepped, by hand or by whoever
// serves it the time; the time since boot cannot.  So the clock is read when a fact is learnt, held
// against the gateway's own, and from then on time only runs.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/clock.h"

namespace peerlab::confgen {

using Moment = std::chrono::sys_time<std::chrono::milliseconds>;

struct ClockReading {
  Moment wall;                        // the machine's clock
  std::chrono::milliseconds running;  // since boot, sleep included
};

[[nodiscard]] ClockReading read_clocks();

class LeaseClock {
 public:
  explicit LeaseClock(const ClockReading& start) : anchor_{start} {}

  // No lease outlives its end by this time, whatever happens to the machine's clock: while the
  // gateway is heard it follows the gateway's, to the second; with nobody to ask it is the later of
  // the machine's clock and what should have become of it.
  [[nodiscard]] Moment now(const ClockReading& at) const;

  // The gateway's answer of this moment bears this date.
  void heard(Instant date, const ClockReading& at);

  // A line for the log, once when the machine's clock leaves this time by more than two seconds and
  // once when it is back.
  [[nodiscard]] std::optional<std::string> alarm(const ClockReading& at);

 private:
  [[nodiscard]] Moment run_on(const ClockReading& at) const;

  ClockReading anchor_;
  std::optional<std::chrono::milliseconds> last_heard_;
  bool alarmed_ = false;
};

}  // namespace peerlab::confgen

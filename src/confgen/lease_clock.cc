#include "confgen/lease_clock.h"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>

namespace peerlab::confgen {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

// A Date is cut to the second, and an answer takes its time.
constexpr milliseconds kTolerance = 2s;
constexpr milliseconds kDateIsCut = 1s;
// Longer than the gateway keeps a question.
constexpr milliseconds kHeardLately = 90s;

milliseconds read(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return std::chrono::duration_cast<milliseconds>(std::chrono::seconds{time.tv_sec} +
                                                  std::chrono::nanoseconds{time.tv_nsec});
}

}  // namespace

ClockReading read_clocks() { return {Moment{read(CLOCK_REALTIME)}, read(CLOCK_BOOTTIME)}; }

Moment LeaseClock::run_on(const ClockReading& at) const {
  return anchor_.wall + (at.running - anchor_.running);
}

Moment LeaseClock::now(const ClockReading& at) const {
  const bool heard_lately = last_heard_ && at.running - *last_heard_ <= kHeardLately;
  return heard_lately ? run_on(at) : std::max(run_on(at), at.wall);
}

// Where the two clocks agree, the machine's is the finer one; where not, the date's last
// millisecond counts.  Going back by less than the tolerance would bring a lease back that has just
// ended.
void LeaseClock::heard(Instant date, const ClockReading& at) {
  last_heard_ = at.running;
  const bool agree = at.wall >= date - kTolerance && at.wall <= date + kDateIsCut + kTolerance;
  const Moment said = agree ? std::max(at.wall, Moment{date}) : Moment{date + kDateIsCut};
  const Moment expected = run_on(at);
  if (said >= expected || expected - said > kTolerance) anchor_ = {said, at.running};
}

std::optional<std::string> LeaseClock::alarm(const ClockReading& at) {
  const milliseconds ahead = at.wall - run_on(at);
  const bool apart = std::chrono::abs(ahead) > kTolerance;
  if (apart == alarmed_) return std::nullopt;
  alarmed_ = apart;
  if (!apart) return "this machine's clock is right again";
  return fmt::format("ALARM: this machine's clock is {} s {} the time by which leases end: set it",
                     std::chrono::round<std::chrono::seconds>(std::chrono::abs(ahead)).count(),
                     ahead > 0ms ? "ahead of" : "behind");
}

}  // namespace peerlab::confgen

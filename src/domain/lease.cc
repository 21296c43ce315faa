#include "domain/lease.h"

#include <fmt/format.h>

#include <algorithm>

namespace peerlab {

Result<LeaseTerm> LeaseTerm::from_hours(std::int64_t hours) {
  if (hours < 1 || hours > 24) {
    return fail(ErrorKind::OutOfRange, "Duration must be between 1 and 24 hours");
  }
  return LeaseTerm{static_cast<int>(hours)};
}

Result<LeaseWindow> LeaseWindow::make(Instant begin, Instant end) {
  if (begin < end) return LeaseWindow{begin, end};
  return fail(ErrorKind::OutOfRange,
              fmt::format("a lease from {} cannot end at {}", rfc3339(begin), rfc3339(end)));
}

LeaseWindow LeaseWindow::starting(Instant begin, std::chrono::seconds length) {
  return LeaseWindow{begin, begin + std::max(length, std::chrono::seconds{1})};
}

}  // namespace peerlab

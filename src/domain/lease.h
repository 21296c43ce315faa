// Leases: a /48 held by one member for some hours.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "domain/prefix48.h"
#include "domain/user_hash.h"

namespace peerlab {

// 1 to 24 leased hours.
class LeaseTerm {
 public:
  static Result<LeaseTerm> from_hours(
      std::int64_t hours);  // "Duration must be between 1 and 24 hours"
  [[nodiscard]] int hours() const { return hours_; }
  // `hour` is how long one leased hour lasts: 3600 s but in a lab that compresses time
  // (--lab-hour).
  [[nodiscard]] std::chrono::seconds length(std::chrono::seconds hour) const {
    return hour * hours_;
  }
  bool operator==(const LeaseTerm&) const = default;

 private:
  explicit constexpr LeaseTerm(int hours) : hours_{hours} {}
  int hours_;
};

// Half-open [begin, end) in whole seconds of UTC.
class LeaseWindow {
 public:
  static Result<LeaseWindow> make(Instant begin, Instant end);              // begin < end
  static LeaseWindow starting(Instant begin, std::chrono::seconds length);  // length >= 1 s

  [[nodiscard]] Instant begin() const { return begin_; }
  [[nodiscard]] Instant end() const { return end_; }
  [[nodiscard]] bool contains(Instant now) const { return begin_ <= now && now < end_; }
  bool operator==(const LeaseWindow&) const = default;

 private:
  LeaseWindow(Instant begin, Instant end) : begin_{begin}, end_{end} {}
  Instant begin_;
  Instant end_;
};

struct Lease {
  std::uint64_t id;  // the ledger's own number, never used twice
  Prefix48 prefix;
  UserHash holder;
  LeaseWindow window;
  bool rpki = true;  // its holder wants a ROA for it, where the platform publishes any
  [[nodiscard]] bool active(Instant now) const { return window.contains(now); }
  bool operator==(const Lease&) const = default;
};

}  // namespace peerlab

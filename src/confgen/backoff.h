#pragma once

#include <chrono>

namespace peerlab::confgen {

// How long to leave somebody alone who does not answer: 1, 2, 4 … 30 s, each spread by half to both
// sides, so that many who wait for one server do not come back together.
class Backoff {
 public:
  // `chance` is evenly spread over [0, 1).
  [[nodiscard]] std::chrono::milliseconds next(double chance);
  void reset() { step_ = kFirst; }

 private:
  static constexpr std::chrono::milliseconds kFirst{1'000}, kMost{30'000};
  std::chrono::milliseconds step_ = kFirst;
};

}  // namespace peerlab::confgen

#include "confgen/backoff.h"

#include <algorithm>

namespace peerlab::confgen {

std::chrono::milliseconds Backoff::next(double chance) {
  const auto spread = std::chrono::duration<double, std::milli>{step_} * (0.5 + chance);
  step_ = std::min(step_ * 2, kMost);
  return std::chrono::duration_cast<std::chrono::milliseconds>(spread);
}

}  // namespace peerlab::confgen

#include "base/haste.h"

#include <algorithm>

namespace peerlab {

void Haste::begin() {
  Steady::time_point never{};
  since_.compare_exchange_strong(never, Steady::now());
}

Haste::Steady::time_point Haste::end_of(Steady::time_point asked,
                                        std::chrono::milliseconds patience) const {
  const Steady::time_point since = since_;
  if (since == Steady::time_point{}) return asked + patience;
  return std::min(asked + patience, std::max(asked, since) + kPatience);
}

}  // namespace peerlab

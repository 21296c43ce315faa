#include "metrics/histogram.h"

#include <algorithm>

namespace peerlab::metrics {

void Histogram::observe(double value) {
  const auto range = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
  ++counts_[static_cast<std::size_t>(range)];
  sum_ += value;
}

}  // namespace peerlab::metrics

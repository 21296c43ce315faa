#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace peerlab::metrics {

// How many observations fell into each of a few ranges.  One thread at a time.
class Histogram {
 public:
  // Upper ends, rising, each within its range; what is above the last has a range of its own.
  // They must outlive the histogram.
  explicit Histogram(std::span<const double> bounds)
      : bounds_{bounds}, counts_(bounds.size() + 1) {}

  void observe(double value);

  [[nodiscard]] std::span<const double> bounds() const { return bounds_; }
  [[nodiscard]] std::uint64_t count_in(std::size_t range) const { return counts_.at(range); }
  [[nodiscard]] double sum() const { return sum_; }

 private:
  std::span<const double> bounds_;
  std::vector<std::uint64_t> counts_;
  double sum_ = 0;
};

}  // namespace peerlab::metrics

// How often each of many may ask, in memory that does not grow with how many there are.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <vector>

namespace peerlab::gateway {

// So many requests at once, and as many again, spread evenly, in every window.
struct Allowance {
  std::uint32_t requests;
  std::chrono::seconds window;
  bool operator==(const Allowance&) const = default;
};

// Any thread.
class TokenBuckets {
 public:
  using Steady = std::chrono::steady_clock;

  struct Draw {
    bool granted;
    std::uint32_t left;         // requests that would be granted at this moment
    std::chrono::seconds wait;  // until one more is, where none is left; else until all are
  };

  // A bucket takes 16 bytes.  One that is full again is forgotten; where more than `most` are not
  // full, those nearest to it are forgotten too, which grants some requests too many.
  explicit TokenBuckets(Allowance allowance, std::size_t most = 1U << 15U);

  [[nodiscard]] Draw draw(std::string_view owner, Steady::time_point now);
  [[nodiscard]] const Allowance& allowance() const { return allowance_; }

 private:
  // `full_at` is the theoretical arrival time of the GCRA (ITU-T I.371): a bucket is one number.
  struct Bucket {
    std::uint64_t owner = 0;
    Steady::time_point full_at = Steady::time_point::min();
  };
  [[nodiscard]] Bucket& bucket_of(std::uint64_t owner);

  const Allowance allowance_;
  const std::chrono::nanoseconds each_;  // for one request to come back
  std::mutex mutex_;                     // of buckets_
  std::vector<Bucket> buckets_;
};

}  // namespace peerlab::gateway

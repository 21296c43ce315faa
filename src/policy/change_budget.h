// How often a member may change what it announces before others pay for it (POLICY.md 2, row 26).
#pragma once

#include <chrono>
#include <cstdint>

namespace peerlab::policy {

// `cycles` of announcing and withdrawing in `window` for ever, and `burst` of them at once after a
// quiet time.  Who spends more is in quarantine for `shortest`, and each time again twice as long,
// up to `longest`; so long without one takes one doubling back.
struct ChangeBudget {
  std::uint32_t cycles = 2;
  std::chrono::seconds window = std::chrono::minutes{10};
  std::uint32_t burst = 3;
  std::chrono::seconds shortest = std::chrono::minutes{1};
  std::chrono::seconds longest = std::chrono::minutes{60};
  bool operator==(const ChangeBudget&) const = default;
};

}  // namespace peerlab::policy

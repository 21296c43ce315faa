#include "lab/eventually.h"

#include <thread>

namespace peerlab::lab {

using namespace std::chrono_literals;

Result<void> eventually(std::chrono::milliseconds patience,
                        const std::function<Result<void>()>& is_so) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (;;) {
    Result<void> seen = is_so();
    if (seen || std::chrono::steady_clock::now() > deadline) return seen;
    std::this_thread::sleep_for(20ms);
  }
}

Result<void> throughout(std::chrono::milliseconds length,
                        const std::function<Result<void>()>& is_so) {
  const auto deadline = std::chrono::steady_clock::now() + length;
  for (;;) {
    Result<void> seen = is_so();
    if (!seen || std::chrono::steady_clock::now() > deadline) return seen;
    std::this_thread::sleep_for(50ms);
  }
}

}  // namespace peerlab::lab

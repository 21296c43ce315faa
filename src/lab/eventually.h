#pragma once

#include <chrono>
#include <functional>

#include "base/result.h"

namespace peerlab::lab {

// Asks again and again (every 20 ms) until it is so; what was seen last where it never is.
[[nodiscard]] Result<void> eventually(std::chrono::milliseconds patience,
                                      const std::function<Result<void>()>& is_so);

// It is so now and at every look (every 50 ms) for so long.
[[nodiscard]] Result<void> throughout(std::chrono::milliseconds length,
                                      const std::function<Result<void>()>& is_so);

}  // namespace peerlab::lab

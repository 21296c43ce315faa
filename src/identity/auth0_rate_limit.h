#pragma once

#include <chrono>
#include <optional>

#include "base/clock.h"
#include "http/response.h"

namespace peerlab::identity {

// How long Auth0 wants to be left alone after this answer: its Retry-After (seconds or a date),
// else until x-ratelimit-reset where x-ratelimit-remaining is 0 or the answer is a 429.  At most an
// hour, and at least a second where there is any; nullopt where it says nothing.
[[nodiscard]] std::optional<std::chrono::seconds> rest_after(const http::Response& answer,
                                                             Instant now);

}  // namespace peerlab::identity

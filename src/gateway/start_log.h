#pragma once

#include <cstdint>

#include "gateway/settings.h"

namespace peerlab::gateway {

// What an operator should see of a run that begins: where it listens, what it hands out, and each
// warning.
void log_start(const Settings& settings, std::uint16_t port);

}  // namespace peerlab::gateway

#pragma once

#include "gateway/services.h"
#include "gateway/settings_file.h"
#include "gateway/settings_reader.h"

namespace peerlab::gateway {

// What members are offered: pools, quota, times, and the facts of GET /api/platform.
[[nodiscard]] std::optional<Offer> read_offer(SettingsReader& reader, const SettingsFile& settings);

}  // namespace peerlab::gateway

#pragma once

#include "gateway/settings_reader.h"

namespace peerlab::gateway {

// Refuses what is no URL of a web server without query, fragment or credentials (OpenID Connect
// Discovery 1.0, 3), and plain HTTP unless it stays on this machine or insecure_issuer is set.
void check_url(SettingsReader& reader, std::string_view name);

}  // namespace peerlab::gateway

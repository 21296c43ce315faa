// Who is asked for members' e-mail addresses.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gateway/settings_reader.h"
#include "identity/auth0_directory.h"

namespace peerlab::gateway {

// Nothing unless all of its settings are there: mappings then have no e-mails.  The URL may end as
// the existing gateway's users write it: in a slash, /api or /api/v2.
[[nodiscard]] std::optional<identity::Auth0Tenant> read_directory(SettingsReader& reader);

[[nodiscard]] std::vector<std::string> directory_warnings(const SettingsReader& reader);

}  // namespace peerlab::gateway

// A secret may be said itself, or by the name of the file that holds it.
#pragma once

#include "base/secret.h"
#include "gateway/settings_reader.h"

namespace peerlab::gateway {

// Of the setting `name`, or the first line of the file that `name`-file names; empty where nobody
// said either.  Refused: a file that everybody may read, and one that holds no line.
[[nodiscard]] Secret read_secret(SettingsReader& reader, std::string_view name,
                                 std::string_view name_of_file);

}  // namespace peerlab::gateway

#pragma once

#include <filesystem>
#include <string>

#include "policy/site.h"

namespace peerlab::confgen {

// bird.conf, peerlab.conf, peerlab_site.conf and peerlab_generated.conf, as `bird -p -c
// DIR/bird.conf` accepts them, and a shut peerlab_gate.conf where there are RTR servers.  The
// directory is made where there is none.
[[nodiscard]] Result<void> write_server_directory(const std::filesystem::path& directory,
                                                  const policy::Site& site,
                                                  const std::string& policy_text);

}  // namespace peerlab::confgen

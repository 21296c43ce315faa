#pragma once

#include <filesystem>
#include <string>

#include "bird/render.h"

namespace peerlab::confgen {

// bird.conf, peerlab.conf, peerlab_site.conf and peerlab_generated.conf, in the function form
// peerlab_function.conf too, as `bird -p -c
// DIR/bird.conf` accepts them, and a shut peerlab_gate.conf where there are RTR servers.  The
// directory is made where there is none.
[[nodiscard]] Result<void> write_server_directory(const std::filesystem::path& directory,
                                                  const policy::Site& site,
                                                  const std::string& policy_text, bird::Form form);

}  // namespace peerlab::confgen

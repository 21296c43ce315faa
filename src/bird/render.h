// BIRD 2.0's spelling of policy and site.  Types reach the printer, never text: a stranger's text
// has no way in.
#pragma once

#include <string>
#include <string_view>

#include "policy/policy.h"
#include "policy/site.h"

namespace peerlab::bird {

// peerlab_generated.conf in the `sessions` form: rows only, sorted, no clock (POLICY.md 1.2).
[[nodiscard]] std::string render_sessions(const policy::Policy& policy);

// peerlab_site.conf: this site's values.
[[nodiscard]] std::string render_site(const policy::Site& site);

// bird.conf: router id, upstreams, route servers, static RPKI rows, kernel; includes the fixed
// part.
[[nodiscard]] std::string render_server(const policy::Site& site);

// peerlab.conf, the fixed part, as it stands in deploy/ixp (embedded when the program is built).
[[nodiscard]] std::string_view fixed_part();

}  // namespace peerlab::bird

#pragma once

#include "http/response.h"

namespace peerlab::gateway {

// What no answer of ours may be used for: a page, a script, a frame, a hint where somebody came
// from. A Content-Security-Policy that the response brings stays.
void add_security_headers(http::Response& response);

}  // namespace peerlab::gateway

// JSON in and out: what every endpoint with a body shares.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "gateway/refused.h"
#include "http/request.h"

namespace peerlab::gateway {

// 200 with this document.
[[nodiscard]] http::Response json_response(std::string document);

// The body of a request that says it is JSON: application/json or application/<any>+json, with any
// parameters.  415 otherwise.
[[nodiscard]] tl::expected<std::string_view, Refused> json_body(const http::Request& request);

}  // namespace peerlab::gateway

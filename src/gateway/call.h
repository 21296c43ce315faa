// One request on its way through an endpoint.
#pragma once

#include <string_view>

#include "gateway/services.h"

namespace peerlab::gateway {

struct Call {
  const Services& services;
  const http::Request& request;
  std::string_view captured;  // the path segment in the place of the route's {name}
  Instant now;                // read once: the request sees one instant
};

}  // namespace peerlab::gateway

#pragma once

#include <string>
#include <string_view>

#include "http/headers.h"

namespace peerlab::http {

// Content-Length, Connection, Date and X-Request-Id are the server's business; the rest is the
// maker's.
struct Response {
  int status = 200;
  Headers headers;
  std::string body;
};

// "Not Found" for 404; "Unknown" for a number nobody registered.
[[nodiscard]] std::string_view reason_phrase(int status);

}  // namespace peerlab::http

#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/response.h"

namespace peerlab::http {

// What the connection knows and the maker of the response does not.
struct Framing {
  std::string_view request_id;
  std::string_view date;
  bool head = false;      // the request was a HEAD: the body is measured, not sent
  bool close = false;     // the connection ends behind this response
  bool http_1_0 = false;  // keeping the connection must be said
};

// Status line, fields and body as one piece, ready to be written.  Fields of the server's own
// business that the maker set are left out.  204 and 304 have no body, whatever was given.
[[nodiscard]] std::string encode(const Response& response, const Framing& framing);

// False where a field would break the framing: a control character in a value, a name that is no
// token.
[[nodiscard]] bool can_be_sent(const Response& response);

}  // namespace peerlab::http

#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/response.h"

namespace peerlab::http {

enum class Body {
  Whole,
  GoesOn  // it follows in chunks, to a client of HTTP/1.0 as it is, until the connection ends
};

// What the connection knows and the maker of the response does not.
struct Framing {
  std::string_view request_id;
  std::string_view date;
  bool head = false;  // the request was a HEAD: the body is measured, not sent
  Body body = Body::Whole;
  bool close = false;     // the connection ends behind this response
  bool http_1_0 = false;  // keeping the connection must be said
};

// Status line, fields and body, where it is a whole one, ready to be written.  Fields of the
// server's own business that the maker set are left out.  204 and 304 have no body, whatever was
// given.
[[nodiscard]] std::string encode(const Response& response, const Framing& framing);

// One piece of a body that goes on, and what is behind the last (RFC 9112, 7.1).
[[nodiscard]] std::string chunk_of(std::string_view piece);
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

// False where a field would break the framing: a control character in a value, a name that is no
// token.
[[nodiscard]] bool can_be_sent(const Response& response);

}  // namespace peerlab::http

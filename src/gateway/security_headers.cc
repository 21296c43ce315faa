#include "gateway/security_headers.h"

namespace peerlab::gateway {

void add_security_headers(http::Response& response) {
  http::Headers& headers = response.headers;
  headers.add("X-Content-Type-Options", "nosniff");
  headers.add("Referrer-Policy", "no-referrer");
  if (headers.find("Content-Security-Policy")) return;
  headers.add("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
}

}  // namespace peerlab::gateway

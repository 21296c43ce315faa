// Which web pages may read the gateway's answers (the Fetch standard's CORS protocol).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/request.h"
#include "http/response.h"

namespace peerlab::gateway {

// Tokens come in a header and never in a cookie, so no credentials are allowed to any page.
class AllowedOrigins {
 public:
  AllowedOrigins() = default;

  // An origin as browsers send it: "https://portal.example.org", without a path, and never "*".
  Result<void> add(std::string_view origin);

  // The response, for whoever sent the request: a page of an allowed origin may read it.
  void admit(const http::Request& request, http::Response& response) const;

  // The answer to a preflight by a page of an allowed origin about a route with these methods
  // ("GET, HEAD"); nothing where the request is something else.
  [[nodiscard]] std::optional<http::Response> preflight(const http::Request& request,
                                                        std::string_view methods) const;

 private:
  [[nodiscard]] bool contain(std::string_view origin) const;
  std::vector<std::string> origins_;
};

}  // namespace peerlab::gateway

// What a client asked, as a plain value: no socket, no parser behind it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/headers.h"
#include "http/method.h"

namespace peerlab::http {

struct Parameter {
  std::string name;
  std::string value;
  bool operator==(const Parameter&) const = default;
};

// The request target taken apart (RFC 9112, 3.2): each segment is percent-decoded on its own, so
// that `%2F` stays inside its segment: /prefix/2001:db8::%2F48 is {"prefix", "2001:db8::/48"}.  "/"
// has no segment, "/a/" is {"a", ""}. Dot segments are left as they are.  A path with %00 is one
// segment of one NUL byte: it matches no route.
struct Target {
  std::string path;  // the decoded segments, joined by '/', behind a '/'
  std::vector<std::string> segments;
  std::vector<Parameter> query;  // '+' is a blank, as forms have it
};

// Malformed where a percent escape is broken, the text is not UTF-8 once decoded, or it is no path
// at all.
[[nodiscard]] Result<Target> parse_target(std::string_view target);

struct Request {
  Method method = Method::Get;
  std::string method_name;  // as sent: what Method::Other was
  std::string raw_target;   // as sent
  std::string path;
  std::vector<std::string> segments;
  std::vector<Parameter> query;
  Headers headers;
  std::string body;
  std::string
      remote_address;  // the peer's, without its port; an IPv4 peer of an IPv6 socket as IPv4
  std::string
      request_id;  // the client's X-Request-Id where it is 1..64 of [A-Za-z0-9._-], else a new one

  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const {
    return headers.find(name);
  }
  // The first parameter of this name.
  [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const;
};

}  // namespace peerlab::http

// What an endpoint answers with instead of what was asked for, and the one mapping from our errors
// to problem documents (COMPAT.md 3).
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "base/result.h"
#include "http/headers.h"
#include "http/response.h"
#include "wire/problem_type.h"

namespace peerlab::gateway {

struct Refused {
  wire::Problem problem;
  http::Headers headers = {};  // Retry-After, Allow, WWW-Authenticate
  std::string cause = {};      // our log only
};

using Settled = tl::expected<http::Response, Refused>;
using Refusing = tl::unexpected<Refused>;

// The fixed text that an endpoint's clients read when it fails in this way.
struct Saying {
  ErrorKind kind;
  std::string_view message;
};

// The problem of the error's kind, with the first saying for this kind as its message, else the
// title.  Retry-After is the error's; a program that did not answer may always be asked again.
[[nodiscard]] Refusing refuse(const Error& error, std::initializer_list<Saying> sayings = {});
[[nodiscard]] Refusing refuse(wire::ProblemType type, std::string_view message, std::string detail);
[[nodiscard]] Refusing refuse(wire::Problem problem);

// Where a request was answered: the pattern of its route, empty where it reached none, and its id.
struct Asked {
  std::string_view route;
  std::string_view request_id;
};

// application/problem+json, for readers of RFC 9457 and of the existing gateway.
[[nodiscard]] http::Response spelled(Refused refused, const Asked& asked);

}  // namespace peerlab::gateway

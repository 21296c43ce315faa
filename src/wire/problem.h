// Errors as RFC 9457 problem documents that older readers understand too (COMPAT.md 3).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "wire/line_place.h"

namespace peerlab::wire {

struct FieldError {
  std::string pointer;  // RFC 6901, "/duration_hours"
  std::string detail;
};

struct Problem {
  int status = 500;
  std::string type =
      "about:blank";    // "/problems/quota-reached": a stable name, explained in api/problems.md
  std::string title;    // of the type
  std::string detail;   // of this case: what was wrong, where, what to do
  std::string message;  // the existing gateway's text, which its clients print
  std::vector<FieldError> errors = {};
  // Of an empty pool: when there is something again, and where in its line whoever asked stands.
  std::optional<Instant> frees_at = {};
  std::optional<LinePlace> in_line = {};
};

// application/problem+json with `error` (the number) and `message` beside the standard members.
[[nodiscard]] std::string encode(const Problem& problem, std::string_view instance,
                                 std::string_view request_id);

// Reads a problem document or the existing gateway's {"error":…,"message":…}; whatever else it was,
// a Problem that says so with this status.
[[nodiscard]] Problem parse_problem(int status, std::string_view body);

}  // namespace peerlab::wire

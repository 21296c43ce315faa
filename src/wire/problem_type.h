// The closed list of what a request can be answered with instead of what it asked for.  Names are
// stable: api/problems.md explains each, and clients may compare them.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "wire/problem.h"

namespace peerlab::wire {

enum class ProblemType {
  MalformedRequest,
  ValueNotAllowed,
  Unauthenticated,
  QuotaReached,
  Suspended,
  PoolReserved,
  NotAnOperator,
  NotFound,
  MethodNotAllowed,
  Conflict,
  BodyTooLarge,
  UnsupportedMediaType,
  WrongShape,
  UnknownPool,
  KeyOfAnotherRequest,
  TooManyRequests,
  PoolExhausted,
  NotConfigured,
  Unavailable,
  Internal,
};

struct ProblemEntry {
  ProblemType type;
  int status;
  std::string_view slug;   // "quota-reached": the document's type is "/problems/quota-reached"
  std::string_view title;  // the same for every case of the type
};

[[nodiscard]] std::span<const ProblemEntry> all_problem_types();
[[nodiscard]] const ProblemEntry& describe(ProblemType type);

// A problem of this type; an empty message becomes the title.
[[nodiscard]] Problem make_problem(ProblemType type, std::string_view message, std::string detail);

}  // namespace peerlab::wire

#include "wire/problem_type.h"

#include <fmt/format.h>

#include <array>

namespace peerlab::wire {
namespace {

constexpr std::array kEntries{
    ProblemEntry{ProblemType::MalformedRequest, 400, "malformed-request",
                 "The request could not be read"},
    ProblemEntry{ProblemType::ValueNotAllowed, 400, "value-not-allowed",
                 "A value is outside what is allowed"},
    ProblemEntry{ProblemType::Unauthenticated, 401, "unauthenticated",
                 "Valid credentials are needed"},
    ProblemEntry{ProblemType::QuotaReached, 403, "quota-reached", "The quota is used up"},
    ProblemEntry{ProblemType::Suspended, 403, "suspended", "The member is suspended"},
    ProblemEntry{ProblemType::PoolReserved, 403, "pool-reserved", "The pool is kept for others"},
    ProblemEntry{ProblemType::NotAnOperator, 403, "not-an-operator",
                 "Only the platform's operators may do this"},
    ProblemEntry{ProblemType::NotFound, 404, "not-found", "There is no such thing"},
    ProblemEntry{ProblemType::MethodNotAllowed, 405, "method-not-allowed",
                 "The method is not allowed here"},
    ProblemEntry{ProblemType::Conflict, 409, "conflict", "The present state forbids it"},
    ProblemEntry{ProblemType::BodyTooLarge, 413, "body-too-large", "The body is too large"},
    ProblemEntry{ProblemType::UnsupportedMediaType, 415, "unsupported-media-type",
                 "The content type is not JSON"},
    ProblemEntry{ProblemType::WrongShape, 422, "wrong-shape",
                 "The JSON is not of the expected shape"},
    ProblemEntry{ProblemType::UnknownPool, 422, "unknown-pool", "There is no such pool"},
    ProblemEntry{ProblemType::KeyOfAnotherRequest, 422, "key-of-another-request",
                 "The Idempotency-Key was used for another request"},
    ProblemEntry{ProblemType::TooManyRequests, 429, "too-many-requests",
                 "There were too many requests in a short time"},
    ProblemEntry{ProblemType::PoolExhausted, 503, "pool-exhausted", "Nothing is free at this time"},
    ProblemEntry{ProblemType::NotConfigured, 503, "not-configured",
                 "This platform does not offer it"},
    ProblemEntry{ProblemType::Unavailable, 503, "unavailable",
                 "Something the gateway depends on did not answer"},
    ProblemEntry{ProblemType::Internal, 500, "internal", "The gateway made a mistake"},
};

}  // namespace

std::span<const ProblemEntry> all_problem_types() { return kEntries; }

const ProblemEntry& describe(ProblemType type) {
  return kEntries.at(static_cast<std::size_t>(type));
}

Problem make_problem(ProblemType type, std::string_view message, std::string detail) {
  const ProblemEntry& entry = describe(type);
  Problem problem;
  problem.status = entry.status;
  problem.type = fmt::format("/problems/{}", entry.slug);
  problem.title = entry.title;
  problem.detail = std::move(detail);
  problem.message = message.empty() ? entry.title : message;
  return problem;
}

}  // namespace peerlab::wire

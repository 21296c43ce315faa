#include "gateway/refused.h"

namespace peerlab::gateway {
namespace {

using wire::ProblemType;

// Long enough that a crowd of clients does not hinder what is coming back.
constexpr std::chrono::seconds kPauseOfUnavailable{5};

ProblemType type_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::Malformed:
      return ProblemType::MalformedRequest;
    case ErrorKind::Unprocessable:
      return ProblemType::WrongShape;
    case ErrorKind::OutOfRange:
      return ProblemType::ValueNotAllowed;
    case ErrorKind::Unauthenticated:
      return ProblemType::Unauthenticated;
    case ErrorKind::QuotaReached:
      return ProblemType::QuotaReached;
    case ErrorKind::Suspended:
      return ProblemType::Suspended;
    case ErrorKind::NotFound:
      return ProblemType::NotFound;
    case ErrorKind::Conflict:
      return ProblemType::Conflict;
    case ErrorKind::Exhausted:
      return ProblemType::PoolExhausted;
    case ErrorKind::Unavailable:
    case ErrorKind::TimedOut:
    case ErrorKind::OutcomeUnknown:
      return ProblemType::Unavailable;
    case ErrorKind::NotPermitted:
    case ErrorKind::Internal:
      return ProblemType::Internal;
  }
  return ProblemType::Internal;
}

std::string_view message_for(ErrorKind kind, std::initializer_list<Saying> sayings) {
  for (const Saying& saying : sayings) {
    if (saying.kind == kind) return saying.message;
  }
  return "";
}

}  // namespace

Refusing refuse(const Error& error, std::initializer_list<Saying> sayings) {
  const ProblemType type = type_of(error.kind);
  Refused refused{
      wire::make_problem(type, message_for(error.kind, sayings), error.detail), {}, error.cause};
  auto pause = error.retry_after;
  if (!pause && type == ProblemType::Unavailable) pause = kPauseOfUnavailable;
  if (pause) refused.headers.add("Retry-After", std::to_string(pause->count()));
  return Refusing{std::move(refused)};
}

Refusing refuse(ProblemType type, std::string_view message, std::string detail) {
  return refuse(wire::make_problem(type, message, std::move(detail)));
}

Refusing refuse(wire::Problem problem) { return Refusing{Refused{std::move(problem)}}; }

http::Response spelled(Refused refused, const Asked& asked) {
  http::Response response{refused.problem.status, std::move(refused.headers),
                          wire::encode(refused.problem, asked.route, asked.request_id)};
  response.headers.set("Content-Type", "application/problem+json");
  return response;
}

}  // namespace peerlab::gateway

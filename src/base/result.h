// Errors are values of one closed kind (STYLE.md 1).  Exceptions are for broken promises only.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace peerlab {

enum class ErrorKind {
  Malformed,        // the text is not of its grammar: 400
  Unprocessable,    // well-formed, of a wrong shape: 422
  OutOfRange,       // of the right shape, a value the platform does not allow: 400
  Unauthenticated,  // no, expired or forged credentials: 401
  QuotaReached,     // the member holds all that it may hold: 403
  Suspended,        // an operator has suspended the member: 403
  NotFound,         // no such thing in force: 404
  Conflict,         // somebody else holds it, or the state forbids it: 409
  Exhausted,        // the pool has nothing left at this time: 503
  Unavailable,      // a program we depend on did not answer: 503
  TimedOut,         // it did not answer in time: 503
  OutcomeUnknown,   // asked to change something, it went away: done or not, look first: 503
  NotPermitted,     // the operating system refused: a file or a socket
  Internal          // a broken promise of our own: 500
};

// `detail` may be shown to whoever asked; `cause` goes to our own log only; `retry_after` is said
// where it is known when the same call may succeed.
struct Error {
  ErrorKind kind = ErrorKind::Internal;
  std::string detail;
  std::string cause = {};
  std::optional<std::chrono::seconds> retry_after = {};
  bool operator==(const Error&) const = default;
};

template <class T>
using Result = tl::expected<T, Error>;

using Failure = tl::unexpected<Error>;

[[nodiscard]] inline Failure fail(Error error) { return Failure{std::move(error)}; }
[[nodiscard]] inline Failure fail(ErrorKind kind, std::string detail, std::string cause = {}) {
  return Failure{Error{kind, std::move(detail), std::move(cause), std::nullopt}};
}

[[nodiscard]] std::string_view name_of(ErrorKind kind);

}  // namespace peerlab

#include "base/result.h"

namespace peerlab {

std::string_view name_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::Malformed:
      return "malformed";
    case ErrorKind::Unprocessable:
      return "unprocessable";
    case ErrorKind::OutOfRange:
      return "out-of-range";
    case ErrorKind::Unauthenticated:
      return "unauthenticated";
    case ErrorKind::QuotaReached:
      return "quota-reached";
    case ErrorKind::Suspended:
      return "suspended";
    case ErrorKind::NotFound:
      return "not-found";
    case ErrorKind::Conflict:
      return "conflict";
    case ErrorKind::Exhausted:
      return "exhausted";
    case ErrorKind::Unavailable:
      return "unavailable";
    case ErrorKind::TimedOut:
      return "timed-out";
    case ErrorKind::OutcomeUnknown:
      return "outcome-unknown";
    case ErrorKind::NotPermitted:
      return "not-permitted";
    case ErrorKind::Internal:
      return "internal";
  }
  return "internal";
}

}  // namespace peerlab

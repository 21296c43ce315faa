#include "base/log.h"
#include "gateway/refused.h"
#include "gateway/security_headers.h"
#include "gateway/services.h"

namespace peerlab::gateway {
namespace {

using wire::ProblemType;

wire::Problem problem_of(const http::Refusal& refusal) {
  switch (refusal.status) {
    case 400:
      return wire::make_problem(ProblemType::MalformedRequest, "", refusal.message);
    case 413:
      return wire::make_problem(ProblemType::BodyTooLarge, "", refusal.message);
    case 500:
      return wire::make_problem(ProblemType::Internal, "", refusal.message);
    default:  // HTTP's own business: its status says it all (RFC 9457, 4.2.1)
      break;
  }
  wire::Problem problem;
  problem.status = refusal.status;
  problem.title = http::reason_phrase(refusal.status);
  problem.message = problem.title;
  problem.detail = refusal.message;
  return problem;
}

}  // namespace

http::Response answer(Tally& tally, const http::Refusal& refusal) {
  tally.refused(refusal.status);
  log(refusal.status >= 500 ? LogLevel::Warning : LogLevel::Info, "request refused",
      {{"status", refusal.status}, {"request_id", refusal.request_id}});
  http::Response response = spelled(Refused{problem_of(refusal)}, {"", refusal.request_id});
  add_security_headers(response);
  return response;
}

}  // namespace peerlab::gateway

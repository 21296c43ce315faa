#include "cli/complaint.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/json.h"
#include "base/text.h"
#include "wire/problem.h"
#include "wire/problem_type.h"

namespace peerlab::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t kLineMost = 400;

ExitCode code_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::OutOfRange:
    case ErrorKind::Malformed:
    case ErrorKind::Unprocessable:
    case ErrorKind::Conflict:
    case ErrorKind::NotPermitted:
    case ErrorKind::Internal:
      return ExitCode::Failed;
    case ErrorKind::Unauthenticated:
      return ExitCode::SignInNeeded;
    case ErrorKind::QuotaReached:
    case ErrorKind::Suspended:
    case ErrorKind::Exhausted:
      return ExitCode::Refused;
    case ErrorKind::NotFound:
      return ExitCode::NotFound;
    case ErrorKind::Unavailable:
    case ErrorKind::OutcomeUnknown:
    case ErrorKind::TimedOut:  // of one exchange: nobody was waiting for an event
      return ExitCode::Unreachable;
  }
  return ExitCode::Failed;
}

// The existing gateway sends no `type`: its text is all that tells an empty pool from an outage.
bool pool_is_empty(const wire::Problem& problem) {
  return problem.type == wire::make_problem(wire::ProblemType::PoolExhausted, "", "").type ||
         problem.message.starts_with("No available");
}

bool not_offered(const wire::Problem& problem) {
  return problem.type == wire::make_problem(wire::ProblemType::NotConfigured, "", "").type ||
         problem.message.ends_with("not configured");
}

ExitCode code_of(const wire::Problem& problem) {
  if (pool_is_empty(problem)) return ExitCode::Refused;
  if (not_offered(problem)) return ExitCode::Failed;
  switch (problem.status) {
    case 401:
      return ExitCode::SignInNeeded;
    case 403:
    case 429:
      return ExitCode::Refused;
    case 404:
      return ExitCode::NotFound;
    case 502:
    case 503:
    case 504:
      return ExitCode::Unreachable;
    default:
      return ExitCode::Failed;
  }
}

std::string said_by(const wire::Problem& problem) {
  std::string text = problem.message;
  if (!problem.detail.empty() && problem.detail != text) {
    if (text.ends_with('.')) text.pop_back();
    text += ": " + problem.detail;
  }
  for (const wire::FieldError& error : problem.errors) {
    if (error.detail != problem.detail)
      text += fmt::format("; {}: {}", error.pointer, error.detail);
  }
  return text;
}

std::string next_for(ExitCode code) {
  return code == ExitCode::SignInNeeded ? "sign in: peerlab auth login" : "";
}

}  // namespace

Complaint complaint_of(const Error& error) {
  const ExitCode code = code_of(error.kind);
  return {code, error.detail, next_for(code)};
}

Complaint complaint_of(const http::Response& refusal) {
  const wire::Problem problem = wire::parse_problem(refusal.status, refusal.body);
  const ExitCode code = code_of(problem);
  Complaint complaint{code, said_by(problem), next_for(code)};
  const Result<json::value> document = parse_json(refusal.body);
  if (document && document->is_object()) complaint.document = refusal.body;
  return complaint;
}

std::string spelled_as_line(const Complaint& complaint) {
  std::string line = "peerlab: " + complaint.says;
  if (!complaint.next.empty()) {
    if (line.ends_with('.')) line.pop_back();
    line += "; " + complaint.next;
  }
  return printable(line, kLineMost);
}

std::string spelled_as_problem(const Complaint& complaint) {
  json::object object{{"type", "about:blank"}, {"title", complaint.says}};
  if (const auto sent = parse_json(complaint.document); sent && sent->is_object()) {
    object = sent->get_object();
  }
  if (object.if_contains("detail") == nullptr) object["detail"] = complaint.says;
  if (!complaint.next.empty()) object["next"] = complaint.next;
  object["exit_code"] = static_cast<int>(complaint.exit_code);
  return json::serialize(object);
}

}  // namespace peerlab::cli

#include "wire/problem.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/json.h"
#include "base/text.h"

namespace peerlab::wire {
namespace {

namespace json = boost::json;

json::array encoded(const std::vector<FieldError>& errors) {
  json::array array;
  for (const FieldError& error : errors) {
    array.push_back(json::object{{"pointer", error.pointer}, {"detail", error.detail}});
  }
  return array;
}

std::vector<FieldError> field_errors(const json::object& object) {
  std::vector<FieldError> errors;
  const json::value* const member = object.if_contains("errors");
  if (member == nullptr || !member->is_array()) return errors;
  for (const json::value& row : member->get_array()) {
    if (!row.is_object()) continue;
    const json::object& error = row.get_object();
    errors.push_back(
        {text_member(error, "pointer").value_or(""), text_member(error, "detail").value_or("")});
  }
  return errors;
}

Problem unreadable(int status, std::string_view body) {
  Problem problem;
  problem.status = status;
  problem.title = fmt::format("HTTP status {}", status);
  problem.detail = body.empty() ? "the answer has no body"
                                : fmt::format("the answer says: {}", printable(body, 200));
  problem.message = problem.title;
  return problem;
}

}  // namespace

std::string encode(const Problem& problem, std::string_view instance, std::string_view request_id) {
  json::object object{{"type", problem.type},     {"title", problem.title},
                      {"status", problem.status}, {"detail", problem.detail},
                      {"instance", instance},     {"request_id", request_id},
                      {"error", problem.status},  {"message", problem.message}};
  if (!problem.errors.empty()) object["errors"] = encoded(problem.errors);
  if (problem.frees_at) object["frees_at"] = rfc3339(*problem.frees_at);
  if (problem.in_line) put_place(object, *problem.in_line);
  return json::serialize(object);
}

Problem parse_problem(int status, std::string_view body) {
  const Result<json::value> value = parse_json(body);
  if (!value || !value->is_object()) return unreadable(status, body);
  const json::object& object = value->get_object();
  const auto title = text_member(object, "title"), message = text_member(object, "message");
  const auto error = text_member(object, "error");  // the existing gateway's 401 says its text here
  if (!title && !message && !error) return unreadable(status, body);
  Problem problem;
  problem.status = status;
  problem.type = text_member(object, "type").value_or(problem.type);
  problem.message = message ? *message : error ? *error : *title;
  problem.title = title.value_or(problem.message);
  problem.detail = text_member(object, "detail").value_or("");
  problem.errors = field_errors(object);
  if (const auto frees_at = parse_rfc3339(text_member(object, "frees_at").value_or(""))) {
    problem.frees_at = *frees_at;
  }
  if (const auto in_line = place_in(object)) problem.in_line = *in_line;
  return problem;
}

}  // namespace peerlab::wire

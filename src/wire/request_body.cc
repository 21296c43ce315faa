#include "wire/request_body.h"

#include <boost/json.hpp>

#include "base/json.h"
#include "base/text.h"
#include "wire/problem_type.h"

namespace peerlab::wire {

namespace json = boost::json;

std::string pointer_to(std::string_view name) {
  std::string pointer = "/";
  for (const char c : name) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
  return pointer;
}

tl::unexpected<Problem> wrong_shape(std::string pointer, std::string detail) {
  Problem problem = make_problem(ProblemType::WrongShape, "", detail);
  problem.errors.push_back({std::move(pointer), std::move(detail)});
  return tl::unexpected<Problem>{std::move(problem)};
}

Asked<json::object> request_object(std::string_view body) {
  Result<json::value> value = parse_json(body);
  if (!value && value.error().kind == ErrorKind::Unprocessable) {
    const std::string name = name_used_twice(body).value_or("");
    return wrong_shape(pointer_to(printable(name)), value.error().detail);
  }
  if (!value) {
    return tl::unexpected<Problem>{
        make_problem(ProblemType::MalformedRequest, "", value.error().detail)};
  }
  if (!value->is_object()) return wrong_shape("", "the body must be a JSON object");
  return std::move(value->get_object());
}

}  // namespace peerlab::wire

#include <fmt/format.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <limits>

#include "base/json.h"
#include "wire/member_documents.h"
#include "wire/problem_type.h"
#include "wire/request_body.h"

namespace peerlab::wire {
namespace {

namespace json = boost::json;

// The member's number as the existing gateway reads it: a whole number of 32 bits, spelled as one.
Asked<std::int32_t> whole_number(const json::object& object, std::string_view name,
                                 std::string_view example) {
  if (object.if_contains(name) == nullptr) {
    return wrong_shape(pointer_to(name), fmt::format("the member is missing, e.g. {}", example));
  }
  const auto number = integer_member(object, name);
  if (!number || *number > std::numeric_limits<std::int32_t>::max() ||
      *number < std::numeric_limits<std::int32_t>::min()) {
    return wrong_shape(pointer_to(name), fmt::format("must be a whole number, e.g. {}", example));
  }
  return static_cast<std::int32_t>(*number);
}

Asked<LeaseTerm> term_in(const json::object& object) {
  const auto hours = whole_number(object, "duration_hours", R"({"duration_hours":4})");
  if (!hours) return tl::unexpected<Problem>{hours.error()};
  const Result<LeaseTerm> term = LeaseTerm::from_hours(*hours);
  if (term) return *term;
  return tl::unexpected<Problem>{make_problem(
      ProblemType::ValueNotAllowed, term.error().detail,
      fmt::format("duration_hours was {}: ask for a whole number of hours from 1 to 24", *hours))};
}

}  // namespace

tl::expected<LeaseRequest, Problem> parse_lease_request(std::string_view body) {
  const Asked<json::object> object = request_object(body);
  if (!object) return tl::unexpected<Problem>{object.error()};
  const Asked<LeaseTerm> term = term_in(*object);
  if (!term) return tl::unexpected<Problem>{term.error()};
  const json::value* const pool = object->if_contains("pool");
  if (pool == nullptr) return LeaseRequest{*term};
  if (!pool->is_string()) {
    return wrong_shape("/pool", R"(must be the name of a pool, e.g. "default", or left out)");
  }
  return LeaseRequest{*term, std::string{pool->get_string()}};
}

std::string encode(const LeaseRequest& request) {
  json::object object{{"duration_hours", request.term.hours()}};
  if (request.pool) object["pool"] = *request.pool;
  return json::serialize(object);
}

tl::expected<LeaseTerm, Problem> parse_renewal_request(std::string_view body) {
  const Asked<json::object> object = request_object(body);
  return object ? term_in(*object) : tl::unexpected<Problem>{object.error()};
}

tl::expected<bool, Problem> parse_rpki_request(std::string_view body) {
  const Asked<json::object> object = request_object(body);
  if (!object) return tl::unexpected<Problem>{object.error()};
  const json::value* const enabled = object->if_contains("enabled");
  if (enabled == nullptr || !enabled->is_bool()) {
    return wrong_shape("/enabled", R"(must be true or false, e.g. {"enabled":true})");
  }
  return enabled->get_bool();
}

}  // namespace peerlab::wire

#include "wire/fields.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <limits>

#include "base/json.h"

namespace peerlab::wire {
namespace {

namespace json = boost::json;

Failure wrong(std::string_view name, std::string_view expected) {
  return fail(ErrorKind::Unprocessable, fmt::format("'{}' must be {}", name, expected));
}

// A value of the domain read from the member's text.
template <class T>
Result<T> parsed_at(const json::object& object, std::string_view name,
                    Result<T> (*parse)(std::string_view)) {
  const Result<std::string> text = text_at(object, name);
  if (!text) return fail(text.error());
  Result<T> value = parse(*text);
  if (value) return value;
  return fail(ErrorKind::Unprocessable, fmt::format("'{}': {}", name, value.error().detail));
}

}  // namespace

Result<json::object> parse_object(std::string_view text) {
  Result<json::value> value = parse_json(text);
  if (!value) return fail(value.error());
  if (!value->is_object()) {
    return fail(ErrorKind::Unprocessable, "the document must be a JSON object");
  }
  return std::move(value->get_object());
}

Result<std::string> text_at(const json::object& object, std::string_view name) {
  if (auto text = text_member(object, name)) return std::move(*text);
  return wrong(name, "a text");
}

Result<std::uint32_t> number_at(const json::object& object, std::string_view name) {
  const auto number = integer_member(object, name);
  if (!number || *number < 0 || *number > std::numeric_limits<std::uint32_t>::max()) {
    return wrong(name, "a whole number of 32 bits");
  }
  return static_cast<std::uint32_t>(*number);
}

Result<Asn> asn_at(const json::object& object, std::string_view name) {
  const Result<std::uint32_t> number = number_at(object, name);
  return number ? Asn::make(*number) : fail(number.error());
}

Result<Prefix48> prefix_at(const json::object& object, std::string_view name) {
  return parsed_at<Prefix48>(object, name, &Prefix48::parse);
}

Result<Instant> time_at(const json::object& object, std::string_view name) {
  return parsed_at<Instant>(object, name, &parse_rfc3339);
}

Result<LeaseWindow> window_of(const json::object& object) {
  const Result<Instant> begin = time_at(object, "start_time");
  if (!begin) return fail(begin.error());
  const Result<Instant> end = time_at(object, "end_time");
  return end ? LeaseWindow::make(*begin, *end) : fail(end.error());
}

void put_window(json::object& object, const LeaseWindow& window) {
  object["start_time"] = rfc3339(window.begin());
  object["end_time"] = rfc3339(window.end());
}

const json::value* present(const json::object& object, std::string_view name) {
  const json::value* const value = object.if_contains(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

}  // namespace peerlab::wire

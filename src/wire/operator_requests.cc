#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/json.h"
#include "base/text.h"
#include "wire/operator_documents.h"
#include "wire/problem_type.h"
#include "wire/request_body.h"

namespace peerlab::wire {
namespace {

namespace json = boost::json;

constexpr std::size_t kReasonMost = 200;

// Characters of UTF-8, which the JSON parser has seen to.
std::size_t characters_in(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (c & '\xc0') != '\x80'; }));
}

// No control character, C1's (U+0080 to U+009F) too, and neither of Unicode's own line ends.
bool is_one_printable_line(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7f) return false;
    if (byte == 0xc2 && static_cast<unsigned char>(text[i + 1]) < 0xa0) return false;
    const std::string_view here = text.substr(i, 3);
    if (here == "\xe2\x80\xa8" || here == "\xe2\x80\xa9") return false;
  }
  return true;
}

}  // namespace

Asked<std::string> parse_suspension_request(std::string_view body) {
  const Asked<json::object> object = request_object(body);
  if (!object) return tl::unexpected<Problem>{object.error()};
  const auto reason = text_member(*object, "reason");
  if (!reason) {
    return wrong_shape("/reason", R"(must be a text, e.g. {"reason":"announces bogons"})");
  }
  const std::string_view said = trim(*reason);
  if (!said.empty() && characters_in(said) <= kReasonMost && is_one_printable_line(said)) {
    return std::string{said};
  }
  return tl::unexpected<Problem>{
      make_problem(ProblemType::ValueNotAllowed, "",
                   fmt::format("'reason' takes one line of 1 to {} printable characters, for the "
                               "member to read",
                               kReasonMost))};
}

std::string encode_suspension_request(std::string_view reason) {
  return json::serialize(json::object{{"reason", reason}});
}

Asked<std::optional<std::uint32_t>> parse_quota_request(std::string_view body) {
  const Asked<json::object> object = request_object(body);
  if (!object) return tl::unexpected<Problem>{object.error()};
  const json::value* const said = object->if_contains("max_leases");
  if (said != nullptr && said->is_null()) return std::nullopt;
  const auto number = integer_member(*object, "max_leases");
  if (!number) {
    return wrong_shape("/max_leases", R"(must be a whole number or null, e.g. {"max_leases":2})");
  }
  if (0 <= *number && *number <= kQuotaMost) return static_cast<std::uint32_t>(*number);
  return tl::unexpected<Problem>{
      make_problem(ProblemType::ValueNotAllowed, "",
                   fmt::format("max_leases was {}: from 0 to {}", *number, kQuotaMost))};
}

std::string encode_quota_request(std::optional<std::uint32_t> max_leases) {
  json::object object{{"max_leases", nullptr}};
  if (max_leases) object["max_leases"] = *max_leases;
  return json::serialize(object);
}

}  // namespace peerlab::wire

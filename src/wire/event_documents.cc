#include "wire/event_documents.h"

#include <boost/json.hpp>

#include "base/json.h"
#include "wire/fields.h"

namespace peerlab::wire {
namespace {

namespace json = boost::json;

constexpr std::string_view kMember = "member", kOperator = "operator";

}  // namespace

json::object encoded(const MemberEvent& event) {
  json::object object{{"id", event.id},          {"kind", event.kind},
                      {"at", rfc3339(event.at)}, {"actor", event.by_operator ? kOperator : kMember},
                      {"asn", nullptr},          {"prefix", nullptr},
                      {"start_time", nullptr},   {"end_time", nullptr},
                      {"note", event.note}};
  if (event.asn) object["asn"] = event.asn->number();
  if (event.prefix) object["prefix"] = event.prefix->text();
  if (event.window) put_window(object, *event.window);
  return object;
}

Result<MemberEvent> event_of(const json::value& row) {
  if (!row.is_object()) return fail(ErrorKind::Unprocessable, "an event must be an object");
  const json::object& object = row.get_object();
  const auto id = integer_member(object, "id");
  if (!id || *id < 0) return fail(ErrorKind::Unprocessable, "'id' must be a whole number");
  Result<std::string> kind = text_at(object, "kind");
  if (!kind) return fail(kind.error());
  const Result<Instant> at = time_at(object, "at");
  if (!at) return fail(at.error());
  MemberEvent event{static_cast<std::uint64_t>(*id), std::move(*kind), *at};
  event.by_operator = text_member(object, "actor") == kOperator;
  event.note = text_member(object, "note").value_or("");
  if (present(object, "asn") != nullptr) {
    const Result<Asn> asn = asn_at(object, "asn");
    if (!asn) return fail(asn.error());
    event.asn = *asn;
  }
  if (present(object, "prefix") != nullptr) {
    const Result<Prefix48> prefix = prefix_at(object, "prefix");
    if (!prefix) return fail(prefix.error());
    event.prefix = *prefix;
  }
  if (present(object, "start_time") != nullptr) {
    const Result<LeaseWindow> window = window_of(object);
    if (!window) return fail(window.error());
    event.window = *window;
  }
  return event;
}

std::string encode(const std::vector<MemberEvent>& events) {
  json::array rows;
  for (const MemberEvent& event : events) rows.push_back(encoded(event));
  return json::serialize(json::object{{"events", std::move(rows)}});
}

Result<std::vector<MemberEvent>> parse_member_events(std::string_view text) {
  const Result<json::object> object = parse_object(text);
  if (!object) return fail(object.error());
  const json::value* const rows = present(*object, "events");
  if (rows == nullptr || !rows->is_array()) {
    return fail(ErrorKind::Unprocessable, "'events' must be a list");
  }
  std::vector<MemberEvent> events;
  for (const json::value& row : rows->get_array()) {
    Result<MemberEvent> event = event_of(row);
    if (!event) return fail(event.error());
    events.push_back(std::move(*event));
  }
  return events;
}

}  // namespace peerlab::wire

#include "wire/holder_document.h"

#include <boost/json.hpp>

#include "wire/fields.h"
#include "wire/rows.h"

namespace peerlab::wire {

namespace json = boost::json;

std::string encode(const Holder& holder) {
  json::object object{{"prefix", holder.prefix.text()},
                      {"at", rfc3339(holder.at)},
                      {"held", holder.held.has_value()},
                      {"member", nullptr},
                      {"asn", nullptr},
                      {"start_time", nullptr},
                      {"end_time", nullptr}};
  if (holder.held) {
    object["member"] = holder.held->member;
    object["asn"] = holder.held->asn.number();
    put_window(object, holder.held->window);
  }
  return json::serialize(object);
}

Result<Holder> parse_holder(std::string_view text) {
  const Result<json::object> object = parse_object(text);
  if (!object) return fail(object.error());
  const Result<Prefix48> prefix = prefix_at(*object, "prefix");
  if (!prefix) return fail(prefix.error());
  const Result<Instant> at = time_at(*object, "at");
  if (!at) return fail(at.error());
  Holder holder{*prefix, *at};
  const json::value* const held = present(*object, "held");
  if (held == nullptr || !held->is_bool()) {
    return fail(ErrorKind::Unprocessable, "'held' must be true or false");
  }
  if (!held->get_bool()) return holder;
  const Result<std::uint64_t> member = position_at(*object, "member");
  if (!member) return fail(member.error());
  const Result<Asn> asn = asn_at(*object, "asn");
  if (!asn) return fail(asn.error());
  const Result<LeaseWindow> window = window_of(*object);
  if (!window) return fail(window.error());
  holder.held = {*member, *asn, *window};
  return holder;
}

}  // namespace peerlab::wire

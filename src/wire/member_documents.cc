#include "wire/member_documents.h"

#include <boost/json.hpp>

#include "wire/fields.h"
#include "wire/member_fields.h"

namespace peerlab::wire {

namespace json = boost::json;

std::string encode(const MemberRecord& record) {
  json::object object{{"user_hash", record.user.text()},
                      {"asn", nullptr},
                      {"max_leases", record.max_leases},
                      {"active_leases", encoded(record.leases)},
                      {"suspended", encoded(record.suspended)}};
  if (record.asn) object["asn"] = record.asn->number();
  if (!record.waiting.empty()) object["waiting"] = encoded(record.waiting);
  return json::serialize(object);
}

Result<MemberRecord> parse_member_record(std::string_view text) {
  const Result<json::object> object = parse_object(text);
  if (!object) return fail(object.error());
  const Result<UserHash> user = text_at(*object, "user_hash").and_then(&UserHash::parse);
  if (!user) return fail(user.error());
  MemberRecord record{*user, std::nullopt, 1, {}};
  if (present(*object, "asn") != nullptr) {
    const Result<Asn> asn = asn_at(*object, "asn");
    if (!asn) return fail(asn.error());
    record.asn = *asn;
  }
  if (present(*object, "max_leases") != nullptr) {
    const Result<std::uint32_t> most = number_at(*object, "max_leases");
    if (!most) return fail(most.error());
    record.max_leases = *most;
  }
  Result<std::vector<ActiveLease>> leases = active_leases(*object);
  if (!leases) return fail(leases.error());
  record.leases = std::move(*leases);
  auto suspended = suspended_at(*object);
  if (!suspended) return fail(suspended.error());
  record.suspended = std::move(*suspended);
  auto waiting = waiting_at(*object);
  if (!waiting) return fail(waiting.error());
  record.waiting = std::move(*waiting);
  return record;
}

std::string encode(const AsnAnswer& answer) {
  return json::serialize(json::object{{"asn", answer.asn.number()}, {"message", answer.message}});
}

Result<AsnAnswer> parse_asn_answer(std::string_view text) {
  const Result<json::object> object = parse_object(text);
  if (!object) return fail(object.error());
  const Result<Asn> asn = asn_at(*object, "asn");
  if (!asn) return fail(asn.error());
  Result<std::string> message = text_at(*object, "message");
  if (!message) return fail(message.error());
  return AsnAnswer{*asn, std::move(*message)};
}

std::string encode(const LeaseAnswer& answer) {
  json::object object{{"prefix", answer.prefix.text()}, {"message", answer.message}};
  put_window(object, answer.window);
  return json::serialize(object);
}

Result<LeaseAnswer> parse_lease_answer(std::string_view text) {
  const Result<json::object> object = parse_object(text);
  if (!object) return fail(object.error());
  const Result<Prefix48> prefix = prefix_at(*object, "prefix");
  if (!prefix) return fail(prefix.error());
  const Result<LeaseWindow> window = window_of(*object);
  if (!window) return fail(window.error());
  Result<std::string> message = text_at(*object, "message");
  if (!message) return fail(message.error());
  return LeaseAnswer{*prefix, *window, std::move(*message)};
}

std::string encode(const RpkiState& state) {
  return json::serialize(json::object{{"prefix", state.prefix.text()},
                                      {"rpki_enabled", state.enabled},
                                      {"message", state.message}});
}

}  // namespace peerlab::wire

#include "wire/member_documents.h"

#include <boost/json.hpp>

#include "wire/fields.h"

namespace peerlab::wire {
namespace {

namespace json = boost::json;

json::object encoded(const ActiveLease& lease) {
  json::object object{{"prefix", lease.prefix.text()}, {"rpki_enabled", lease.rpki_enabled}};
  put_window(object, lease.window);
  return object;
}

Result<ActiveLease> active_lease(const json::value& row) {
  if (!row.is_object()) return fail(ErrorKind::Unprocessable, "a lease must be an object");
  const json::object& object = row.get_object();
  const Result<Prefix48> prefix = prefix_at(object, "prefix");
  if (!prefix) return fail(prefix.error());
  const Result<LeaseWindow> window = window_of(object);
  if (!window) return fail(window.error());
  const json::value* const rpki = present(object, "rpki_enabled");
  return ActiveLease{*prefix, *window, rpki != nullptr && rpki->is_bool() && rpki->get_bool()};
}

Result<std::vector<ActiveLease>> active_leases(const json::object& object) {
  const json::value* const rows = present(object, "active_leases");
  if (rows == nullptr || !rows->is_array()) {
    return fail(ErrorKind::Unprocessable, "'active_leases' must be a list");
  }
  std::vector<ActiveLease> leases;
  for (const json::value& row : rows->get_array()) {
    const Result<ActiveLease> lease = active_lease(row);
    if (!lease) return fail(lease.error());
    leases.push_back(*lease);
  }
  return leases;
}

// Nothing of an older gateway, which suspends nobody.
Result<std::optional<SuspendedSince>> suspended_at(const json::object& object) {
  const json::value* const said = present(object, "suspended");
  if (said == nullptr) return std::optional<SuspendedSince>{};
  if (!said->is_object()) return fail(ErrorKind::Unprocessable, "'suspended' must be an object");
  const Result<Instant> since = time_at(said->get_object(), "since");
  if (!since) return fail(since.error());
  Result<std::string> reason = text_at(said->get_object(), "reason");
  if (!reason) return fail(reason.error());
  return SuspendedSince{*since, std::move(*reason)};
}

}  // namespace

std::string encode(const MemberRecord& record) {
  json::array leases;
  for (const ActiveLease& lease : record.leases) leases.push_back(encoded(lease));
  json::object object{{"user_hash", record.user.text()},
                      {"asn", nullptr},
                      {"max_leases", record.max_leases},
                      {"active_leases", std::move(leases)},
                      {"suspended", nullptr}};
  if (record.asn) object["asn"] = record.asn->number();
  if (record.suspended) {
    object["suspended"] = json::object{{"since", rfc3339(record.suspended->since)},
                                       {"reason", record.suspended->reason}};
  }
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

#include "wire/operator_documents.h"

#include <boost/json.hpp>

#include "base/json.h"
#include "wire/fields.h"
#include "wire/member_fields.h"
#include "wire/rows.h"

namespace peerlab::wire {
namespace {

namespace json = boost::json;

json::object encoded(const OperatorMember& member) {
  json::object object{{"user_hash", member.user.text()},
                      {"member", member.number},
                      {"asn", member.asn.number()},
                      {"since", rfc3339(member.since)},
                      {"max_leases", member.max_leases},
                      {"quota", nullptr},
                      {"suspended", encoded(member.suspended)},
                      {"active_leases", encoded(member.leases)}};
  if (member.quota) object["quota"] = *member.quota;
  return object;
}

Result<OperatorMember> member_of(const json::object& object) {
  const Result<UserHash> user = text_at(object, "user_hash").and_then(&UserHash::parse);
  if (!user) return fail(user.error());
  const Result<std::uint64_t> number = position_at(object, "member");
  if (!number) return fail(number.error());
  const Result<Asn> asn = asn_at(object, "asn");
  if (!asn) return fail(asn.error());
  const Result<Instant> since = time_at(object, "since");
  if (!since) return fail(since.error());
  const Result<std::uint32_t> most = number_at(object, "max_leases");
  if (!most) return fail(most.error());
  OperatorMember member{*user, *number, *asn, *since, *most};
  if (present(object, "quota") != nullptr) {
    const Result<std::uint32_t> quota = number_at(object, "quota");
    if (!quota) return fail(quota.error());
    member.quota = *quota;
  }
  auto suspended = suspended_at(object);
  if (!suspended) return fail(suspended.error());
  member.suspended = std::move(*suspended);
  auto leases = active_leases(object);
  if (!leases) return fail(leases.error());
  member.leases = std::move(*leases);
  return member;
}

json::object encoded(const HeldLease& held) {
  json::object object = encoded(std::vector{held.lease}).at(0).as_object();
  object["user_hash"] = held.user.text();
  object["member"] = held.member;
  object["asn"] = held.asn.number();
  object["suspended"] = held.suspended;
  return object;
}

Result<HeldLease> held_lease_of(const json::object& object) {
  auto leases = active_leases(json::object{{"active_leases", json::array{object}}});
  if (!leases) return fail(leases.error());
  const Result<UserHash> user = text_at(object, "user_hash").and_then(&UserHash::parse);
  if (!user) return fail(user.error());
  const Result<std::uint64_t> number = position_at(object, "member");
  if (!number) return fail(number.error());
  const Result<Asn> asn = asn_at(object, "asn");
  if (!asn) return fail(asn.error());
  const json::value* const suspended = present(object, "suspended");
  return HeldLease{leases->front(), *user, *number, *asn,
                   suspended != nullptr && suspended->is_bool() && suspended->get_bool()};
}

Result<NamedEvent> named_event_of(const json::object& object) {
  Result<MemberEvent> event = event_of(object);
  if (!event) return fail(event.error());
  Result<std::string> actor = text_at(object, "actor");
  if (!actor) return fail(actor.error());
  return NamedEvent{*std::move(event), *std::move(actor)};
}

}  // namespace

std::string encode(const OperatorMembers& page) {
  json::array rows;
  for (const OperatorMember& member : page.members) rows.push_back(encoded(member));
  return encode_page("members", std::move(rows), page.next);
}

Result<OperatorMembers> parse_operator_members(std::string_view text) {
  OperatorMembers page;
  const Result<void> read = parse_page(text, "members", page.next, &member_of, page.members);
  return read ? Result<OperatorMembers>{std::move(page)} : fail(read.error());
}

std::string encode(const OperatorMember& member) { return json::serialize(encoded(member)); }

std::string encode(const OperatorMember& member, const std::vector<NamedEvent>& events) {
  json::object object = encoded(member);
  json::array rows;
  for (const auto& [event, actor] : events) {
    json::object row = encoded(event);
    row["actor"] = actor;
    rows.push_back(std::move(row));
  }
  object["events"] = std::move(rows);
  return json::serialize(object);
}

Result<OperatorMember> parse_operator_member(std::string_view text) {
  const Result<json::object> object = parse_object(text);
  return object ? member_of(*object) : fail(object.error());
}

Result<std::vector<NamedEvent>> parse_named_events(std::string_view text) {
  const Result<json::object> object = parse_object(text);
  if (!object) return fail(object.error());
  std::vector<NamedEvent> events;
  if (present(*object, "events") == nullptr) return events;
  const Result<void> read = parse_rows(*object, "events", &named_event_of, events);
  return read ? Result<std::vector<NamedEvent>>{std::move(events)} : fail(read.error());
}

std::string encode(const HeldLeases& page) {
  json::array rows;
  for (const HeldLease& held : page.leases) rows.push_back(encoded(held));
  return encode_page("leases", std::move(rows), page.next);
}

Result<HeldLeases> parse_held_leases(std::string_view text) {
  HeldLeases page;
  const Result<void> read = parse_page(text, "leases", page.next, &held_lease_of, page.leases);
  return read ? Result<HeldLeases>{std::move(page)} : fail(read.error());
}

}  // namespace peerlab::wire

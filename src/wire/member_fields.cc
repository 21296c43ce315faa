#include "wire/member_fields.h"

#include <boost/json.hpp>

#include "wire/fields.h"
#include "wire/rows.h"

namespace peerlab::wire {
namespace {

namespace json = boost::json;

json::object encoded_lease(const ActiveLease& lease) {
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

Result<WaitingIn> waiting_in(const json::object& row) {
  Result<std::string> pool = text_at(row, "pool");
  if (!pool) return fail(pool.error());
  const Result<Instant> since = time_at(row, "since");
  if (!since) return fail(since.error());
  const Result<LinePlace> place = place_in(row);
  if (!place) return fail(place.error());
  return WaitingIn{*std::move(pool), *since, *place};
}

}  // namespace

json::array encoded(const std::vector<ActiveLease>& leases) {
  json::array rows;
  for (const ActiveLease& lease : leases) rows.push_back(encoded_lease(lease));
  return rows;
}

json::value encoded(const std::optional<SuspendedSince>& suspended) {
  if (!suspended) return nullptr;
  return json::object{{"since", rfc3339(suspended->since)}, {"reason", suspended->reason}};
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

json::array encoded(const std::vector<WaitingIn>& waiting) {
  json::array rows;
  for (const WaitingIn& one : waiting) {
    json::object row{{"pool", one.pool}, {"since", rfc3339(one.since)}};
    put_place(row, one.place);
    rows.push_back(std::move(row));
  }
  return rows;
}

// Nothing where nobody waits, and of an older gateway.
Result<std::vector<WaitingIn>> waiting_at(const json::object& object) {
  std::vector<WaitingIn> waiting;
  if (present(object, "waiting") == nullptr) return waiting;
  const Result<void> read = parse_rows(object, "waiting", &waiting_in, waiting);
  return read ? Result<std::vector<WaitingIn>>{std::move(waiting)} : fail(read.error());
}

}  // namespace peerlab::wire

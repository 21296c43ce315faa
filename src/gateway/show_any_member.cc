#include "gateway/endpoints.h"
#include "gateway/json_exchange.h"
#include "gateway/named.h"
#include "gateway/operator_record.h"
#include "gateway/readable_event.h"

namespace peerlab::gateway {
namespace {

constexpr std::size_t kEvents = 100;  // the others are in the audit trail

}  // namespace

// GET /operator/members/{user_hash}
Settled show_any_member(const Call& call, const Operator& /*caller*/) {
  const auto user = member_named(call.captured);
  if (!user) return Refusing{user.error()};
  const auto record = call.services.ledger.oversight().member(*user, call.now);
  if (!record) return refuse(record.error());
  const auto events = call.services.ledger.events_of(*user, std::nullopt, kEvents);
  if (!events) return refuse(events.error());
  std::vector<wire::NamedEvent> rows;
  for (const Event& event : *events) rows.push_back(readable_by_operators(event));
  return json_response(wire::encode(operator_record(*record, call.services.offer), rows));
}

}  // namespace peerlab::gateway

#include "gateway/endpoints.h"
#include "gateway/json_exchange.h"
#include "gateway/query.h"
#include "gateway/readable_event.h"
#include "wire/event_documents.h"

namespace peerlab::gateway {
namespace {

constexpr std::uint64_t kUsually = 50;

}  // namespace

// GET /api/user/events
Settled list_events(const Call& call, const Member& member) {
  const auto limit = limit_asked_for(call.request, kUsually);
  if (!limit) return Refusing{limit.error()};
  const auto before = number_asked_for(call.request, "before", kLastId);
  if (!before) return Refusing{before.error()};
  const Result<std::vector<Event>> events =
      call.services.ledger.events_of(member.user(), *before, *limit);
  if (!events) return refuse(events.error());
  std::vector<wire::MemberEvent> readable_events;
  for (const Event& event : *events) readable_events.push_back(readable(event));
  return json_response(wire::encode(readable_events));
}

}  // namespace peerlab::gateway

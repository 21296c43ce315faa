#include <fmt/format.h>

#include "base/text.h"
#include "gateway/endpoints.h"
#include "gateway/json_exchange.h"
#include "wire/event_documents.h"

namespace peerlab::gateway {
namespace {

constexpr std::uint64_t kUsually = 50, kMost = 1000;

// A whole number of the query from 1 to `most`; nullopt where it is not there.
tl::expected<std::optional<std::uint64_t>, Refused> number_asked_for(const http::Request& request,
                                                                     std::string_view name,
                                                                     std::uint64_t most) {
  const auto said = request.parameter(name);
  if (!said) return std::nullopt;
  const auto number = parse_decimal<std::uint64_t>(*said);
  if (number && 1 <= *number && *number <= most) return number;
  return refuse(wire::ProblemType::ValueNotAllowed, "",
                fmt::format("'{}' takes a whole number from 1 to {}", name, most));
}

wire::MemberEvent readable(const Event& event) {
  return {event.id,     std::string{name_of(event.kind)},
          event.at,     event.actor != kMemberItself,
          event.asn,    event.prefix,
          event.window, event.note};
}

}  // namespace

// GET /api/user/events
Answer list_events(const Call& call, const Member& member) {
  constexpr std::uint64_t kLastId = std::numeric_limits<std::int64_t>::max();
  const auto limit = number_asked_for(call.request, "limit", kMost);
  if (!limit) return Refusing{limit.error()};
  const auto before = number_asked_for(call.request, "before", kLastId);
  if (!before) return Refusing{before.error()};
  const Result<std::vector<Event>> events =
      call.services.ledger.events_of(member.user(), *before, limit->value_or(kUsually));
  if (!events) return refuse(events.error());
  std::vector<wire::MemberEvent> readable_events;
  for (const Event& event : *events) readable_events.push_back(readable(event));
  return json_response(wire::encode(readable_events));
}

}  // namespace peerlab::gateway

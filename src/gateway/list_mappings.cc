#include <fmt/format.h>

#include "base/text.h"
#include "gateway/endpoints.h"
#include "gateway/json_exchange.h"
#include "gateway/mappings_feed.h"

namespace peerlab::gateway {
namespace {

// ?wait=SECONDS, none: 0.
tl::expected<std::chrono::seconds, Refused> wait_asked_for(const http::Request& request) {
  const auto said = request.parameter("wait");
  if (!said) return std::chrono::seconds{0};
  const auto seconds = parse_decimal<std::uint16_t>(*said);
  const std::chrono::seconds most = MappingsFeed::kLongestWait;
  if (seconds && *seconds <= most.count()) return std::chrono::seconds{*seconds};
  return refuse(wire::ProblemType::ValueNotAllowed, "",
                fmt::format("'wait' takes whole seconds from 0 to {}", most.count()));
}

Settled told(const Result<MappingsFeed::Picture>& picture, const IfNoneMatch& known) {
  if (!picture) return refuse(picture.error());
  const MappingsPicture& current = **picture;
  http::Response response =
      known.names(current.etag) ? http::Response{304, {}, {}} : json_response(current.body);
  response.headers.add("ETag", current.etag);
  return response;
}

}  // namespace

// GET /service/mappings, held for ?wait seconds while the answer is the one that If-None-Match
// names.  `*` names them all, and is answered at once.  Who says no `wait` may be the existing
// generator: to it a member without an e-mail is no member, and a gateway that has just started
// would have it withdraw everybody (decision 19).
Answer list_mappings(const Call& call, const Agent& /*agent*/) {
  const auto patience = wait_asked_for(call.request);
  if (!patience) return Refusing{patience.error()};
  const IfNoneMatch known{call.request.header("If-None-Match").value_or("")};
  MappingsFeed& feed = call.services.mappings;
  if (patience->count() == 0 || known.names_every()) {
    const bool plain = !call.request.parameter("wait");
    Settled settled = told(plain ? feed.with_emails_at(call.now) : feed.at(call.now), known);
    return settled ? Answer{*std::move(settled)} : Refusing{std::move(settled.error())};
  }
  const MappingsFeed::Wait wait{known, call.now, *patience};
  const MappingsFeed::Ticket ticket = feed.new_ticket();
  return Postponed{[&feed, wait, ticket](Settle settle) {
                     feed.tell_other_than(
                         wait, ticket,
                         [settle = std::move(settle),
                          known = wait.known](const Result<MappingsFeed::Picture>& picture) {
                           settle([picture, known] { return told(picture, known); });
                         });
                   },
                   [&feed, ticket] { feed.hasten(ticket); }};
}

}  // namespace peerlab::gateway

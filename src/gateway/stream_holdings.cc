#include "gateway/endpoints.h"
#include "gateway/holdings_feed.h"
#include "gateway/member_info.h"

namespace peerlab::gateway {
namespace {

constexpr const char* kAskAgain = "30";  // seconds

Refusing no_place(const Error& error) {
  const bool own = error.kind == ErrorKind::QuotaReached;
  Refusing refusing = refuse(
      own ? wire::ProblemType::TooManyRequests : wire::ProblemType::Unavailable, "", error.detail);
  refusing.value().headers.add("Retry-After", kAskAgain);
  return refusing;
}

// What the stream goes on with long after the request's own time.
struct Kept {
  Services services;
  http::Request request;
  Member member;
  [[nodiscard]] Call at(Instant now) const { return {services, request, "", now}; }
};

Settled now_of(const Call& call, const Member& member) {
  const Result<Holdings> holdings = call.services.ledger.holdings_of(member.user(), call.now);
  return member_info(member.user(), holdings, call.services, call.now);
}

}  // namespace

// GET /api/user/stream: what GET /api/user/info says, now and whenever it is something else.  It
// ends with the token: a client comes back with a fresh one.
Answer stream_holdings(const Call& call, const Member& member) {
  if (const Settled info = now_of(call, member); !info) return Refusing{info.error()};
  HoldingsFeed& feed = call.services.holdings;
  const auto ticket = feed.reserve(member.user().text());
  if (!ticket) return no_place(ticket.error());
  const auto kept = std::make_shared<const Kept>(Kept{call.services, call.request, member});
  const HoldingsFeed::Programme programme{
      [kept](Instant now) { return Member::admit(kept->at(now)).has_value(); },
      [kept](Instant now) -> Result<std::string> {
        Settled info = now_of(kept->at(now), kept->member);
        if (!info) return fail(ErrorKind::Unavailable, info.error().problem.detail);
        return std::move(info->body);
      }};
  return Broadcast{[&feed, programme, ticket = *ticket](auto stream) {
                     feed.open(ticket, std::move(stream), programme);
                   },
                   [&feed, ticket = *ticket] { feed.give_back(ticket); }};
}

}  // namespace peerlab::gateway

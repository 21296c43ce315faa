#include "gateway/endpoints.h"
#include "gateway/json_exchange.h"
#include "gateway/named.h"
#include "wire/member_documents.h"

namespace peerlab::gateway {

// POST /api/user/prefix/{prefix}/renew: the hours count from now on, and no lease gets shorter.
Settled renew_prefix(const Call& call, const Member& member) {
  const auto prefix = prefix_named(call.captured);
  if (!prefix) return Refusing{prefix.error()};
  const auto body = json_body(call.request);
  if (!body) return Refusing{body.error()};
  const auto term = wire::parse_renewal_request(*body);
  if (!term) return refuse(term.error());
  const Instant end = call.now + term->length(call.services.offer.leased_hour);
  const Result<Lease> renewed = call.services.ledger.renew(member.user(), *prefix, end, call.now);
  if (!renewed) {
    return refuse(renewed.error(), {{ErrorKind::NotFound, "Active prefix lease not found"}});
  }
  ++call.services.tally.leases_renewed;
  return json_response(
      wire::encode(wire::LeaseAnswer{renewed->prefix, renewed->window, "Prefix lease renewed"}));
}

}  // namespace peerlab::gateway

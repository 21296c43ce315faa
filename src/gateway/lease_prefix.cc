#include "gateway/endpoints.h"
#include "gateway/json_exchange.h"
#include "ledger/allocation.h"
#include "wire/member_documents.h"

namespace peerlab::gateway {
namespace {

Refusing not_leased(const Error& error, const AllocationRules& rules) {
  // A member's first lease needs an ASN as well, and that pool may be the empty one.
  const bool no_asn = error == allocation::asns_exhausted(rules.asns).value();
  return refuse(error, {{ErrorKind::QuotaReached, "Maximum lease limit reached."},
                        {ErrorKind::Exhausted, no_asn ? "No available ASNs at this time"
                                                      : "No available prefixes at this time"}});
}

}  // namespace

// POST /api/user/prefix
Answer lease_prefix(const Call& call, const Member& member) {
  const auto body = json_body(call.request);
  if (!body) return Refusing{body.error()};
  const auto term = wire::parse_lease_request(*body);
  if (!term) return refuse(term.error());
  const Offer& offer = call.services.offer;
  const auto window = LeaseWindow::starting(call.now, term->length(offer.leased_hour));
  const Result<LeaseGrant> grant =
      call.services.ledger.lease_prefix(member.subject(), window, offer.rules);
  if (!grant) return not_leased(grant.error(), offer.rules);
  ++call.services.tally.leases_created;
  if (grant->assignment.since == call.now) ++call.services.tally.asns_assigned;
  return json_response(wire::encode(
      wire::LeaseAnswer{grant->lease.prefix, grant->lease.window, "Prefix leased successfully"}));
}

}  // namespace peerlab::gateway

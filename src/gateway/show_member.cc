#include "gateway/endpoints.h"
#include "gateway/json_exchange.h"
#include "wire/member_documents.h"

namespace peerlab::gateway {

// GET /api/user/info
Answer show_member(const Call& call, const Member& member) {
  const Offer& offer = call.services.offer;
  const Result<Holdings> holdings = call.services.ledger.holdings_of(member.user(), call.now);
  if (!holdings) return refuse(holdings.error());
  wire::MemberRecord record{member.user(),
                            std::nullopt,
                            holdings->leases_max.value_or(offer.rules.leases_per_member_max),
                            {}};
  if (holdings->assignment) record.asn = holdings->assignment->asn;
  for (const Lease& lease : holdings->leases) {
    record.leases.push_back({lease.prefix, lease.window, offer.publishes_roas && lease.rpki});
  }
  if (holdings->suspension) {
    record.suspended = {holdings->suspension->since, holdings->suspension->reason};
  }
  return json_response(wire::encode(record));
}

}  // namespace peerlab::gateway

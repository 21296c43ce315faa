#include "gateway/endpoints.h"
#include "gateway/json_exchange.h"
#include "wire/member_documents.h"

namespace peerlab::gateway {

// POST /api/user/asn, whatever its body
Answer assign_asn(const Call& call, const Member& member) {
  const Result<AsnGrant> grant =
      call.services.ledger.assign_asn(member.subject(), call.services.offer.rules.asns, call.now);
  if (!grant) {
    return refuse(grant.error(), {{ErrorKind::Exhausted, "No available ASNs at this time"}});
  }
  if (grant->fresh) ++call.services.tally.asns_assigned;
  return json_response(wire::encode(wire::AsnAnswer{
      grant->assignment.asn, grant->fresh ? "ASN assigned successfully" : "ASN already assigned"}));
}

}  // namespace peerlab::gateway

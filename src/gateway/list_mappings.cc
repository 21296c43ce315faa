#include "gateway/endpoints.h"
#include "gateway/json_exchange.h"
#include "gateway/mapping_of.h"
#include "wire/mapping_document.h"

namespace peerlab::gateway {

// GET /service/mappings
Answer list_mappings(const Call& call, const Agent& /*agent*/) {
  const Result<std::vector<HoldingMember>> members = call.services.ledger.members_at(call.now);
  if (!members) return refuse(members.error());
  std::vector<Mapping> mappings;
  mappings.reserve(members->size());
  for (const HoldingMember& member : *members) {
    mappings.push_back(mapping_of(member, call.services.offer.platform.issuer));
  }
  return json_response(wire::encode(mappings));
}

}  // namespace peerlab::gateway

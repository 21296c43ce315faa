#include "gateway/endpoints.h"
#include "gateway/json_exchange.h"
#include "gateway/mapping_of.h"
#include "wire/mapping_document.h"

namespace peerlab::gateway {

// GET /service/mappings/{user_hash}: what is no hash names nobody, as one that is not known.
Answer show_mapping(const Call& call, const Agent& /*agent*/) {
  constexpr std::string_view kNobody = "User has no ASN assigned";
  const Result<UserHash> user = UserHash::parse(call.captured);
  if (!user) return refuse(wire::ProblemType::NotFound, kNobody, user.error().detail);
  const Result<HoldingMember> member = call.services.ledger.member_at(*user, call.now);
  if (!member) return refuse(member.error(), {{ErrorKind::NotFound, kNobody}});
  return json_response(
      wire::encode(mapping_of(*member, call.services.mappings.sources(), call.now)));
}

}  // namespace peerlab::gateway

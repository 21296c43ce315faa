#include "gateway/endpoints.h"
#include "gateway/json_exchange.h"
#include "gateway/mapping_of.h"
#include "gateway/once_told.h"
#include "wire/mapping_document.h"

namespace peerlab::gateway {
namespace {

constexpr std::string_view kNobody = "User has no ASN assigned";

}  // namespace

// GET /service/mappings/{user_hash}: what is no hash names nobody, as one that is not known.
Answer show_mapping(const Call& call, const Agent& /*agent*/) {
  const Result<UserHash> user = UserHash::parse(call.captured);
  if (!user) return refuse(wire::ProblemType::NotFound, kNobody, user.error().detail);
  const auto ask = [&ledger = call.services.ledger, now = call.now,
                    user = *user](Told<HoldingMember> told) {
    ledger.tell_member(user, now, std::move(told));
  };
  const auto make = [&sources = call.services.mappings.sources(),
                     now = call.now](const Result<HoldingMember>& member) -> Settled {
    if (!member) return refuse(member.error(), {{ErrorKind::NotFound, kNobody}});
    return json_response(wire::encode(mapping_of(*member, sources, now)));
  };
  return once_told<HoldingMember>(ask, make);
}

}  // namespace peerlab::gateway

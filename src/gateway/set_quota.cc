#include "gateway/endpoints.h"
#include "gateway/json_exchange.h"
#include "gateway/named.h"
#include "gateway/operator_record.h"

namespace peerlab::gateway {

static_assert(wire::kQuotaMost == Oversight::kLeasesMost);

// PUT /operator/members/{user_hash}/quota
Settled set_quota(const Call& call, const Operator& caller) {
  const auto user = member_named(call.captured);
  if (!user) return Refusing{user.error()};
  const auto body = json_body(call.request);
  if (!body) return Refusing{body.error()};
  const auto most = wire::parse_quota_request(*body);
  if (!most) return refuse(most.error());
  return changed_member(
      call, call.services.ledger.oversight().set_quota(*user, *most, caller.name(), call.now));
}

}  // namespace peerlab::gateway

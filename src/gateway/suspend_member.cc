#include "gateway/endpoints.h"
#include "gateway/json_exchange.h"
#include "gateway/named.h"
#include "gateway/operator_record.h"

namespace peerlab::gateway {

// POST /operator/members/{user_hash}/suspend
Settled suspend_member(const Call& call, const Operator& caller) {
  const auto user = member_named(call.captured);
  if (!user) return Refusing{user.error()};
  const auto body = json_body(call.request);
  if (!body) return Refusing{body.error()};
  const auto reason = wire::parse_suspension_request(*body);
  if (!reason) return refuse(reason.error());
  return changed_member(
      call, call.services.ledger.oversight().suspend(*user, *reason, caller.name(), call.now));
}

// POST /operator/members/{user_hash}/resume
Settled resume_member(const Call& call, const Operator& caller) {
  const auto user = member_named(call.captured);
  if (!user) return Refusing{user.error()};
  return changed_member(call,
                        call.services.ledger.oversight().resume(*user, caller.name(), call.now));
}

}  // namespace peerlab::gateway

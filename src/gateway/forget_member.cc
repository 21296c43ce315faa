#include "gateway/endpoints.h"
#include "gateway/named.h"
#include "gateway/operator_record.h"

namespace peerlab::gateway {

// DELETE /operator/members/{user_hash}
Settled forget_member(const Call& call, const Operator& caller) {
  const auto user = member_named(call.captured);
  if (!user) return Refusing{user.error()};
  const Result<void> gone = call.services.ledger.oversight().forget(*user, caller.name(), call.now);
  if (!gone) return refuse(gone.error());
  call.services.mappings.sources().emails.forget(*user);
  ++call.services.tally.operator_changes;
  return http::Response{204, {}, {}};
}

}  // namespace peerlab::gateway

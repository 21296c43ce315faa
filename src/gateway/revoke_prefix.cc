#include "gateway/endpoints.h"
#include "gateway/named.h"

namespace peerlab::gateway {

// DELETE /api/user/prefix/{prefix}
Settled revoke_prefix(const Call& call, const Member& member) {
  const auto prefix = prefix_named(call.captured);
  if (!prefix) return Refusing{prefix.error()};
  const Result<Lease> lease = call.services.ledger.revoke(member.user(), *prefix, call.now);
  if (!lease) {
    return refuse(lease.error(),
                  {{ErrorKind::NotFound, "Prefix lease not found or already expired"}});
  }
  ++call.services.tally.leases_revoked;
  return http::Response{204, {}, {}};
}

}  // namespace peerlab::gateway

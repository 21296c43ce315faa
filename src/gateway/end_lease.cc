#include "gateway/endpoints.h"
#include "gateway/named.h"

namespace peerlab::gateway {

// DELETE /operator/leases/{prefix}
Settled end_lease(const Call& call, const Operator& caller) {
  const auto prefix = prefix_named(call.captured);
  if (!prefix) return Refusing{prefix.error()};
  const Result<Lease> ended =
      call.services.ledger.oversight().end_lease(*prefix, caller.name(), call.now);
  if (!ended) return refuse(ended.error());
  ++call.services.tally.operator_changes;
  return http::Response{204, {}, {}};
}

}  // namespace peerlab::gateway

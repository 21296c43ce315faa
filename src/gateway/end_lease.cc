#include "gateway/endpoints.h"

namespace peerlab::gateway {

// DELETE /operator/leases/{prefix}
Answer end_lease(const Call& call, const Operator& caller) {
  const Result<Prefix48> prefix = Prefix48::parse(call.captured);
  if (!prefix) return refuse(prefix.error(), {{ErrorKind::Malformed, "Invalid prefix format"}});
  const Result<Lease> ended =
      call.services.ledger.oversight().end_lease(*prefix, caller.name(), call.now);
  if (!ended) return refuse(ended.error());
  ++call.services.tally.operator_changes;
  return http::Response{204, {}, {}};
}

}  // namespace peerlab::gateway

#include "gateway/endpoints.h"
#include "gateway/json_exchange.h"

namespace peerlab::gateway {

// GET /health/ready: would a member's request be served?
Answer show_ready(const Call& call) {
  const Result<void> ledger = call.services.ledger.ping();
  const bool keys = call.services.keys.known();
  if (ledger && keys) return json_response(R"({"status":"ready"})");
  Error error{ErrorKind::Unavailable, ledger ? "" : "the ledger does not answer"};
  if (!ledger) error.cause = ledger.error().cause;
  if (!keys) {
    error.detail += error.detail.empty() ? "" : "; ";
    error.detail += "no signing key of the issuer is known yet";
  }
  return refuse(error);
}

}  // namespace peerlab::gateway

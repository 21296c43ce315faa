#include "gateway/endpoints.h"
#include "gateway/health.h"
#include "gateway/json_exchange.h"

namespace peerlab::gateway {

// GET /health/ready: would a member's request be served?  The directory of e-mails is no part of
// it.
Settled show_ready(const Call& call) {
  Error error{ErrorKind::Unavailable, ""};
  for (const Result<void>& health :
       {health_of_ledger(call.services), health_of_issuer(call.services)}) {
    if (health) continue;
    error.detail += (error.detail.empty() ? "" : "; ") + health.error().detail;
    error.cause += health.error().cause;
  }
  if (!error.detail.empty()) return refuse(error);
  return json_response(R"({"status":"ready","ledger":"up","issuer":"up"})");
}

}  // namespace peerlab::gateway

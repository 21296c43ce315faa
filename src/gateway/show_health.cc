#include "gateway/endpoints.h"
#include "gateway/health.h"
#include "gateway/json_exchange.h"

namespace peerlab::gateway {
namespace {

Settled shown(const Result<void>& health) {
  return health ? Settled{json_response(R"({"status":"up"})")} : refuse(health.error());
}

}  // namespace

// GET /health/ledger
Settled show_ledger_health(const Call& call) { return shown(health_of_ledger(call.services)); }

// GET /health/issuer
Settled show_issuer_health(const Call& call) { return shown(health_of_issuer(call.services)); }

// GET /health/directory
Settled show_directory_health(const Call& call) {
  if (!call.services.mappings.sources().emails.lookups().any_directory) {
    return json_response(R"({"status":"off"})");
  }
  return shown(health_of_directory(call.services));
}

}  // namespace peerlab::gateway

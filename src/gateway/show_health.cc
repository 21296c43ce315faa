#include "gateway/endpoints.h"
#include "gateway/health.h"
#include "gateway/json_exchange.h"

namespace peerlab::gateway {
namespace {

Answer shown(const Result<void>& health) {
  return health ? Answer{json_response(R"({"status":"up"})")} : refuse(health.error());
}

}  // namespace

// GET /health/ledger
Answer show_ledger_health(const Call& call) { return shown(health_of_ledger(call.services)); }

// GET /health/issuer
Answer show_issuer_health(const Call& call) { return shown(health_of_issuer(call.services)); }

// GET /health/directory
Answer show_directory_health(const Call& call) {
  if (!call.services.mappings.sources().emails.lookups().any_directory) {
    return json_response(R"({"status":"off"})");
  }
  return shown(health_of_directory(call.services));
}

}  // namespace peerlab::gateway

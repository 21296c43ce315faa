#include "gateway/endpoints.h"
#include "gateway/json_exchange.h"

namespace peerlab::gateway {

// GET /health/live: whoever can answer lives.
Answer show_live(const Call& /*call*/) { return json_response(R"({"status":"live"})"); }

}  // namespace peerlab::gateway

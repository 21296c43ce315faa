#include "gateway/endpoints.h"
#include "gateway/json_exchange.h"

namespace peerlab::gateway {

// GET /api/platform
Answer show_platform(const Call& call) {
  return json_response(wire::encode(call.services.offer.platform));
}

}  // namespace peerlab::gateway

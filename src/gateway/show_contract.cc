#include "gateway/endpoints.h"
#include "gateway/json_exchange.h"

namespace peerlab::embedded {
extern const std::string_view openapi;  // api/openapi.yaml, as JSON
}

namespace peerlab::gateway {

// GET /openapi.json
Answer show_contract(const Call& /*call*/) { return json_response(std::string{embedded::openapi}); }

}  // namespace peerlab::gateway

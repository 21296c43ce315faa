#include "gateway/endpoints.h"
#include "gateway/json_exchange.h"

namespace peerlab::gateway {

// GET /version: the program's, and nothing about the machine it runs on.
Answer show_version(const Call& /*call*/) {
  return json_response(R"({"version":")" PEERLAB_VERSION R"("})");
}

}  // namespace peerlab::gateway

// Headscale's answers, every version and with every field missing, as nodes (WIRE.md 2.1,
// OVERLAY.md 3).
#pragma once

#include <string>
#include <string_view>

#include "domain/node.h"
#include "domain/skipped.h"

namespace peerlab::overlay {

// GET /api/v1/node, or a file of the same JSON.  Malformed or Unprocessable where the whole is no
// node list; one odd node is skipped with its reason.  Tagged nodes are infrastructure: they own no
// member identity.
[[nodiscard]] Result<Readable<Node>> parse_nodes(std::string_view text);

// Headscale's `user.providerId` for a token's issuer and subject, computed forward by Headscale's
// own algorithm: the spelling is not injective, so it is compared and never decoded
// (OVERLAY.md 3.9).
[[nodiscard]] std::string provider_id(std::string_view issuer, std::string_view subject);

}  // namespace peerlab::overlay

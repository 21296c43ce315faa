#pragma once

#include <chrono>
#include <string>

#include "base/secret.h"
#include "http/client.h"
#include "overlay/headscale.h"

namespace peerlab::overlay {

struct HeadscaleAddress {
  std::string nodes_url;  // the whole .../api/v1/node
  Secret api_key;
  std::chrono::milliseconds timeout{10'000};
};

// One GET.  Unauthenticated where the key is refused, Unavailable or TimedOut where no whole answer
// came; else as parse_nodes.  A node's raw text is never part of an error: old versions show keys
// in it (OVERLAY.md 3.11).
[[nodiscard]] Result<Readable<Node>> fetch_nodes(const http::Client& client,
                                                 const HeadscaleAddress& headscale);

}  // namespace peerlab::overlay

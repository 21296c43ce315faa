#pragma once

#include "http/client.h"
#include "identity/key_set.h"
#include "identity/key_source.h"

namespace peerlab::identity {

// Asks the issuer where its keys are (OpenID Connect Discovery 1.0, 4), unless that is known, and
// then for the keys.  Unavailable or TimedOut where no usable key set came; the detail names hosts
// and says what to correct.
[[nodiscard]] Result<KeySet> fetch_keys(const http::Client& client, const KeySource& source);

}  // namespace peerlab::identity

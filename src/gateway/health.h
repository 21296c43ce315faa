// What the gateway depends on, each apart; an error says what is missing and may be shown.
#pragma once

#include "gateway/services.h"

namespace peerlab::gateway {

[[nodiscard]] Result<void> health_of_ledger(const Services& services);  // it answers
// A signing key is known: members are served then, also while the issuer is down.
[[nodiscard]] Result<void> health_of_issuer(const Services& services);
// The directory of e-mails answered when it was last asked, or there is none.  Members are served
// without it.
[[nodiscard]] Result<void> health_of_directory(const Services& services);

}  // namespace peerlab::gateway

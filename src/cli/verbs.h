// The verbs, one file each.  Each prints its data and returns, or says why not.
#pragma once

#include <optional>
#include <string>

#include "cli/call.h"
#include "domain/lease.h"

namespace peerlab::cli {

// The device flow; `qr` draws the URL as a QR code also where no person seems to look.
[[nodiscard]] Attempt<void> auth_login(const Call& call, bool qr);
// Who is signed in, as the platform sees it.
[[nodiscard]] Attempt<void> auth_status(const Call& call);
// Forgets the tokens, and has the provider forget them where it can.
[[nodiscard]] Attempt<void> auth_logout(const Call& call);

[[nodiscard]] Attempt<void> asn_request(const Call& call);
[[nodiscard]] Attempt<void> asn_get(const Call& call);  // NotFound where there is none yet

[[nodiscard]] Attempt<void> prefix_request(const Call& call, const LeaseTerm& term);
[[nodiscard]] Attempt<void> prefix_list(const Call& call);
[[nodiscard]] Attempt<void> prefix_revoke(const Call& call, const Prefix48& prefix);
[[nodiscard]] Attempt<void> prefix_rpki(const Call& call, const Prefix48& prefix, bool enabled);

// USER_ASN= and USER_PREFIXES=, for the client's environment.
[[nodiscard]] Attempt<void> peerlab_env(const Call& call);

// Any question to the platform, as a member where one is signed in; the answer's body is printed.
[[nodiscard]] Attempt<void> api(const Call& call, const Question& question);

}  // namespace peerlab::cli

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

struct LeaseWish {
  std::string pool;              // empty: whichever the platform chooses
  std::chrono::seconds wait{0};  // how long to wait for one where all are leased
};
// TimedOut where none frees within the wait.
[[nodiscard]] Attempt<void> prefix_request(const Call& call, const LeaseTerm& term,
                                           const LeaseWish& wish);
[[nodiscard]] Attempt<void> prefix_renew(const Call& call, const Prefix48& prefix,
                                         const LeaseTerm& term);
[[nodiscard]] Attempt<void> prefix_list(const Call& call);
[[nodiscard]] Attempt<void> prefix_revoke(const Call& call, const Prefix48& prefix);
[[nodiscard]] Attempt<void> prefix_rpki(const Call& call, const Prefix48& prefix, bool enabled);

// What happened to the member, the newest first.
[[nodiscard]] Attempt<void> events(const Call& call, int limit);

// USER_ASN= and USER_PREFIXES=, for the client's environment.
[[nodiscard]] Attempt<void> peerlab_env(const Call& call);

// Any question to the platform, as a member where one is signed in; the answer's body is printed.
[[nodiscard]] Attempt<void> api(const Call& call, const Question& question);

}  // namespace peerlab::cli

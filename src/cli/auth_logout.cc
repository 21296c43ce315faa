#include <fmt/format.h>

#include "cli/sign_in.h"
#include "cli/verbs.h"

namespace peerlab::cli {
namespace {

// RFC 7009.  What cannot be revoked is forgotten here all the same.
void revoke(const Call& call, const Credentials& credentials) {
  if (credentials.revocation_endpoint.empty() || credentials.refresh_token.empty()) return;
  http::ClientRequest request{http::Method::Post, credentials.revocation_endpoint};
  request.headers.add("Content-Type", "application/x-www-form-urlencoded");
  request.body = http::form_encode({{"token", credentials.refresh_token.reveal()},
                                    {"token_type_hint", "refresh_token"},
                                    {"client_id", credentials.client_id}});
  const Attempt<http::Response> response = exchange(call, request);
  if (response && response->status == 200) return;
  note(call, "the identity provider could not be told: the sign-in ends there by itself");
}

}  // namespace

Attempt<void> auth_logout(const Call& call) {
  if (const Attempt<void> chosen = platform_is_chosen(call); !chosen) return chosen;
  const CredentialStore store{call.settings.state_directory};
  const Result<Credentials> stored = store.find(call.settings.api_url);
  if (!stored && stored.error().kind == ErrorKind::NotFound) {
    note(call, stored.error().detail);
    return {};
  }
  if (stored) revoke(call, *stored);
  const Result<void> forgotten = store.lock().and_then(
      [&](const FileLock& held) { return store.forget(held, call.settings.api_url); });
  if (!forgotten) return complain(complaint_of(forgotten.error()));
  note(call, fmt::format("Signed out of {}", call.settings.api_url));
  return {};
}

}  // namespace peerlab::cli

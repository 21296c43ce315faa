// Getting and keeping a member's tokens.
#pragma once

#include "cli/call.h"
#include "cli/credentials.h"
#include "cli/oauth_documents.h"

namespace peerlab::cli {

// Access tokens are renewed when they have no more than this left.
inline constexpr std::chrono::seconds kRenewBefore{60};

// PEERLAB_TOKEN, else the stored token, renewed with the refresh token where it is about to end.
// SignInNeeded where nobody is signed in, or the provider takes the refresh token no more.
[[nodiscard]] Attempt<Secret> access_token(const Call& call);

// Who the provider is, by the platform's word: GET /api/platform, then its discovery document.
struct Provider {
  ProviderEndpoints endpoints;
  std::string client_id;
  std::string audience;
};
[[nodiscard]] Attempt<Provider> find_provider(const Call& call);

// One question at the token endpoint.
[[nodiscard]] TokenAnswer ask_for_tokens(const Call& call, const std::string& endpoint,
                                         const std::vector<http::Parameter>& form);

// What a sign-in or a renewal at `now` leaves to keep.
[[nodiscard]] Credentials credentials_of(const Tokens& tokens, const Credentials& before,
                                         Instant now);

}  // namespace peerlab::cli

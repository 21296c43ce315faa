#include <fmt/format.h>

#include <ostream>

#include "cli/device_flow.h"
#include "cli/qr_code.h"
#include "cli/sign_in.h"
#include "cli/verbs.h"

namespace peerlab::cli {
namespace {

constexpr std::string_view kDeviceGrant = "urn:ietf:params:oauth:grant-type:device_code";

Attempt<Invitation> invite(const Call& call, const Provider& provider) {
  http::ClientRequest request{http::Method::Post, provider.endpoints.device_authorization};
  request.headers.add("Content-Type", "application/x-www-form-urlencoded");
  request.headers.add("Accept", "application/json");
  // Auth0 gives a token that a gateway can read only to who asks for the audience (WIRE.md 1.1).
  request.body = http::form_encode({{"client_id", provider.client_id},
                                    {"scope", "openid profile email offline_access"},
                                    {"audience", provider.audience}});
  const Attempt<http::Response> response = exchange(call, request);
  if (!response) return complain(response.error());
  if (response->status != 200) {
    const TokenAnswer answer = parse_token_answer(response->status, response->body);
    if (const auto* const silence = std::get_if<Silence>(&answer)) {
      return complain(ExitCode::Unreachable, silence->why);
    }
    const auto& refusal = std::get<TokenRefusal>(answer);
    return complain(ExitCode::Failed,
                    fmt::format("the identity provider refuses client {}: {} {}",
                                provider.client_id, refusal.error, refusal.description));
  }
  Result<Invitation> invitation = parse_invitation(response->body);
  if (!invitation) return complain(ExitCode::Failed, invitation.error().detail);
  return *std::move(invitation);
}

// Shown also where quiet is asked for: without it nobody can sign in.
void show(const Call& call, const Invitation& invitation, bool qr) {
  std::ostream& err = call.around.err;
  err << fmt::format("To sign in, open\n\n    {}\n\nand enter the code\n\n    {}\n\n",
                     invitation.verification_uri, invitation.user_code);
  const std::string& best = invitation.verification_uri_complete.empty()
                                ? invitation.verification_uri
                                : invitation.verification_uri_complete;
  if (qr || call.around.err_is_terminal) {
    const auto drawing = qr_code(best, call.around.colour() ? QrInk::BlackOnWhite : QrInk::Plain);
    if (drawing) err << *drawing << '\n';
  }
  err << fmt::format("Waiting; the code ends in {} s.\n", invitation.expires_in.count())
      << std::flush;
}

Attempt<Tokens> wait_for_tokens(const Call& call, const Provider& provider,
                                const Invitation& invitation) {
  DeviceFlow flow{invitation, call.around.clock.now()};
  while (const auto* const poll = std::get_if<DeviceFlow::PollAt>(&flow.state())) {
    const Instant now = call.around.clock.now();
    if (now < poll->at) call.around.sleep(poll->at - now);
    TokenAnswer answer = ask_for_tokens(call, provider.endpoints.token,
                                        {{"grant_type", std::string{kDeviceGrant}},
                                         {"device_code", invitation.device_code.reveal()},
                                         {"client_id", provider.client_id}});
    flow.hear(std::move(answer), call.around.clock.now());
  }
  if (const auto* const tokens = std::get_if<Tokens>(&flow.state())) return *tokens;
  return complain(std::get<Complaint>(flow.state()));
}

Attempt<void> keep(const Call& call, const Credentials& credentials) {
  const CredentialStore store{call.settings.state_directory};
  const Result<void> kept = store.lock().and_then(
      [&](const FileLock& held) { return store.keep(held, call.settings.api_url, credentials); });
  if (!kept) return complain(complaint_of(kept.error()));
  return {};
}

}  // namespace

Attempt<void> auth_login(const Call& call, bool qr) {
  if (!call.settings.token.empty()) {
    return complain(ExitCode::Usage, "PEERLAB_TOKEN is set and would be used all the same",
                    "unset it to sign in");
  }
  const Attempt<Provider> provider = find_provider(call);
  if (!provider) return complain(provider.error());
  const Attempt<Invitation> invitation = invite(call, *provider);
  if (!invitation) return complain(invitation.error());
  show(call, *invitation, qr);
  const Attempt<Tokens> tokens = wait_for_tokens(call, *provider, *invitation);
  if (!tokens) return complain(tokens.error());
  Credentials fixed;
  fixed.client_id = provider->client_id;
  fixed.token_endpoint = provider->endpoints.token;
  fixed.revocation_endpoint = provider->endpoints.revocation;
  const Attempt<void> kept = keep(call, credentials_of(*tokens, fixed, call.around.clock.now()));
  if (!kept) return kept;
  note(call, fmt::format("Signed in{}{}; next: peerlab asn request",
                         tokens->account.empty() ? "" : " as ", tokens->account));
  return {};
}

}  // namespace peerlab::cli

#include "cli/sign_in.h"

#include <fmt/format.h>

#include "base/text.h"
#include "wire/platform_document.h"

namespace peerlab::cli {
namespace {

constexpr std::string_view kSignIn = "sign in: peerlab auth login";

Attempt<std::string> body_of(const Call& call, const std::string& url) {
  Attempt<http::Response> response = exchange(call, {http::Method::Get, url});
  if (!response) return complain(response.error());
  if (response->status == 200) return std::move(response->body);
  return complain(ExitCode::Unreachable,
                  fmt::format("{} answers {}", printable(url, 200), response->status));
}

bool fresh(const Credentials& credentials, Instant now) {
  return now + kRenewBefore < credentials.expires_at;
}

// Under the lock: another process may have renewed meanwhile, and then its tokens serve.
Attempt<Secret> renewed(const Call& call, const CredentialStore& store) {
  const Result<FileLock> held = store.lock();
  if (!held) return complain(complaint_of(held.error()));
  const Result<Credentials> stored = store.find(call.settings.api_url);
  if (!stored) return complain(ExitCode::SignInNeeded, stored.error().detail, std::string{kSignIn});
  const Instant now = call.around.clock.now();
  if (fresh(*stored, now)) return stored->access_token;
  const bool still_good = now < stored->expires_at;
  if (stored->refresh_token.empty()) {
    if (still_good) return stored->access_token;
    return complain(ExitCode::SignInNeeded, "your sign-in has ended", std::string{kSignIn});
  }
  const TokenAnswer answer = ask_for_tokens(call, stored->token_endpoint,
                                            {{"grant_type", "refresh_token"},
                                             {"refresh_token", stored->refresh_token.reveal()},
                                             {"client_id", stored->client_id}});
  if (const auto* const tokens = std::get_if<Tokens>(&answer)) {
    const Credentials next = credentials_of(*tokens, *stored, now);
    const Result<void> kept = store.keep(*held, call.settings.api_url, next);
    if (!kept) return complain(complaint_of(kept.error()));
    return next.access_token;
  }
  if (still_good) return stored->access_token;
  if (const auto* const silence = std::get_if<Silence>(&answer)) {
    return complain(ExitCode::Unreachable, silence->why);
  }
  return complain(ExitCode::SignInNeeded,
                  fmt::format("your sign-in has ended: the identity provider says {}",
                              std::get<TokenRefusal>(answer).error),
                  std::string{kSignIn});
}

Attempt<wire::Platform> platform_facts(const Call& call) {
  const Attempt<http::Response> answer = ask_as_anybody(call, {http::Method::Get, "/api/platform"});
  if (!answer && answer.error().exit_code == ExitCode::NotFound) {
    return complain(ExitCode::Failed,
                    fmt::format("{} does not say where to sign in", call.settings.api_url),
                    "is the URL right? A token of your own goes into PEERLAB_TOKEN");
  }
  if (!answer) return complain(answer.error());
  Result<wire::Platform> platform = wire::parse_platform(answer->body);
  if (!platform) return complain(unreadable("/api/platform", platform.error()));
  if (!platform->issuer.empty()) return *std::move(platform);
  return complain(ExitCode::Failed,
                  fmt::format("{} names no identity provider", call.settings.api_url));
}

}  // namespace

Attempt<Secret> access_token(const Call& call) {
  if (!call.settings.token.empty()) return call.settings.token;
  const CredentialStore store{call.settings.state_directory};
  const Result<Credentials> stored = store.find(call.settings.api_url);
  if (!stored && stored.error().kind == ErrorKind::NotFound) {
    return complain(ExitCode::SignInNeeded, stored.error().detail, std::string{kSignIn});
  }
  if (!stored) return complain(complaint_of(stored.error()));
  if (fresh(*stored, call.around.clock.now())) return stored->access_token;
  return renewed(call, store);
}

Attempt<Provider> find_provider(const Call& call) {
  const Attempt<wire::Platform> platform = platform_facts(call);
  if (!platform) return complain(platform.error());
  const std::string slash = platform->issuer.ends_with('/') ? "" : "/";
  const Attempt<std::string> document =
      body_of(call, platform->issuer + slash + ".well-known/openid-configuration");
  if (!document) return complain(document.error());
  Result<ProviderEndpoints> endpoints = parse_discovery(*document, platform->issuer);
  if (!endpoints) return complain(ExitCode::Failed, endpoints.error().detail);
  return Provider{
      *std::move(endpoints),
      call.settings.client_id.empty() ? platform->cli_client_id : call.settings.client_id,
      platform->audience};
}

TokenAnswer ask_for_tokens(const Call& call, const std::string& endpoint,
                           const std::vector<http::Parameter>& form) {
  http::ClientRequest request{http::Method::Post, endpoint};
  request.headers.add("Content-Type", "application/x-www-form-urlencoded");
  request.headers.add("Accept", "application/json");
  request.body = http::form_encode(form);
  const Attempt<http::Response> response = exchange(call, request);
  if (!response) return Silence{response.error().says};
  return parse_token_answer(response->status, response->body);
}

Credentials credentials_of(const Tokens& tokens, const Credentials& before, Instant now) {
  Credentials credentials = before;
  credentials.access_token = tokens.access;
  // A provider that does not rotate refresh tokens sends none: the old one stays (RFC 6749, 6).
  if (!tokens.refresh.empty()) credentials.refresh_token = tokens.refresh;
  if (!tokens.account.empty()) credentials.account = tokens.account;
  credentials.expires_at = now + tokens.lifetime;
  return credentials;
}

}  // namespace peerlab::cli

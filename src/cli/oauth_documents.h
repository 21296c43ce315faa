// What an OpenID provider says, as values: discovery (OpenID Connect Discovery 1.0), the device
// authorization grant (RFC 8628), token answers (RFC 6749).
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "base/clock.h"
#include "base/secret.h"

namespace peerlab::cli {

struct ProviderEndpoints {
  std::string device_authorization;
  std::string token;
  std::string revocation;  // empty: there is none
};

// Unprocessable where the document is another issuer's (compared byte by byte) or the provider has
// no device flow.
[[nodiscard]] Result<ProviderEndpoints> parse_discovery(std::string_view body,
                                                        std::string_view issuer);

// What the person is asked to do, and how often to ask whether it was done.
struct Invitation {
  Secret device_code;
  std::string user_code;
  std::string verification_uri;
  std::string verification_uri_complete;  // has the code in it; empty: not offered
  std::chrono::seconds expires_in;
  std::chrono::seconds interval;  // 5 s where the provider does not say
};
[[nodiscard]] Result<Invitation> parse_invitation(std::string_view body);

struct Tokens {
  Secret access;
  Secret refresh;  // empty: none was given
  std::chrono::seconds lifetime;
  std::string account;  // e-mail, name or subject of the ID token; empty without one
};
[[nodiscard]] Result<Tokens> parse_tokens(std::string_view body);

// An error answer of the token endpoint (RFC 6749, 5.2; RFC 8628, 3.5).
struct TokenRefusal {
  std::string error;        // "authorization_pending", "slow_down", "invalid_grant", ...
  std::string description;  // for people; may be empty
};
// No answer that means anything: the network failed, or the status was 5xx.
struct Silence {
  std::string why;
};
using TokenAnswer = std::variant<Tokens, TokenRefusal, Silence>;
[[nodiscard]] TokenAnswer parse_token_answer(int status, std::string_view body);

}  // namespace peerlab::cli

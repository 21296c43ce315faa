#include "cli/oauth_documents.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/json.h"
#include "base/text.h"
#include "wire/fields.h"

namespace peerlab::cli {
namespace {

namespace json = boost::json;
using std::chrono::seconds;

// What is assumed where the provider does not say (RFC 6749 leaves it open): too short only means
// to ask for a new token early.
constexpr seconds kLifetimeUnsaid{300};
constexpr seconds kIntervalUnsaid{5};  // RFC 8628, 3.2
constexpr std::int64_t kSecondsMost = 366LL * 24 * 3600;

seconds seconds_at(const json::object& object, std::string_view name, seconds unsaid) {
  const auto number = integer_member(object, name);
  if (!number || *number < 1) return unsaid;
  return seconds{std::min(*number, kSecondsMost)};
}

Result<std::string> url_at(const json::object& object, std::string_view name) {
  Result<std::string> url = wire::text_at(object, name);
  if (url && !url->starts_with("https://") && !url->starts_with("http://")) {
    return fail(ErrorKind::Unprocessable, fmt::format("'{}' must be a URL", name));
  }
  return url;
}

// RFC 4648, 5, without padding; what is no such text decodes to nothing.
std::string base64url_decoded(std::string_view text) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string bytes;
  std::uint32_t bits = 0, held = 0;
  for (const char c : text) {
    const std::size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) return "";
    bits = bits << 6U | static_cast<std::uint32_t>(value);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes += static_cast<char>(bits >> held & 0xFFU);
  }
  return bytes;
}

// The ID token came straight from the provider: its claims are read without the signature (OpenID
// Connect Core 3.1.3.7), and only to be shown.
std::string account_of(std::string_view id_token) {
  const std::string_view payload = split_once(split_once(id_token, '.').second, '.').first;
  const Result<json::object> claims = wire::parse_object(base64url_decoded(payload));
  if (!claims) return "";
  for (const char* const name : {"email", "preferred_username", "name", "sub"}) {
    if (const auto text = text_member(*claims, name); text && !text->empty()) {
      return printable(*text);
    }
  }
  return "";
}

}  // namespace

Result<ProviderEndpoints> parse_discovery(std::string_view body, std::string_view issuer) {
  const Result<json::object> object = wire::parse_object(body);
  if (!object) return fail(object.error());
  const std::string said = text_member(*object, "issuer").value_or("");
  if (said != issuer) {
    return fail(ErrorKind::Unprocessable, fmt::format("the identity provider of {} calls itself {}",
                                                      printable(issuer), printable(said)));
  }
  Result<std::string> token = url_at(*object, "token_endpoint");
  if (!token) return fail(token.error());
  Result<std::string> device = url_at(*object, "device_authorization_endpoint");
  if (!device) {
    return fail(ErrorKind::Unprocessable,
                fmt::format("the identity provider {} offers no device flow", printable(issuer)));
  }
  return ProviderEndpoints{*std::move(device), *std::move(token),
                           url_at(*object, "revocation_endpoint").value_or("")};
}

Result<Invitation> parse_invitation(std::string_view body) {
  const Result<json::object> object = wire::parse_object(body);
  if (!object) return fail(object.error());
  Result<std::string> device_code = wire::text_at(*object, "device_code");
  if (!device_code) return fail(device_code.error());
  const Result<std::string> user_code = wire::text_at(*object, "user_code");
  if (!user_code) return fail(user_code.error());
  const Result<std::string> uri = url_at(*object, "verification_uri");
  if (!uri) return fail(uri.error());
  const Result<std::uint32_t> expires_in = wire::number_at(*object, "expires_in");
  if (!expires_in) return fail(expires_in.error());
  constexpr std::size_t kUriMost = 2000;
  return Invitation{Secret{*std::move(device_code)},
                    printable(*user_code),
                    printable(*uri, kUriMost),
                    printable(url_at(*object, "verification_uri_complete").value_or(""), kUriMost),
                    seconds_at(*object, "expires_in", seconds{0}),
                    seconds_at(*object, "interval", kIntervalUnsaid)};
}

Result<Tokens> parse_tokens(std::string_view body) {
  const Result<json::object> object = wire::parse_object(body);
  if (!object) return fail(object.error());
  Result<std::string> access = wire::text_at(*object, "access_token");
  if (!access) return fail(access.error());
  return Tokens{Secret{*std::move(access)},
                Secret{text_member(*object, "refresh_token").value_or("")},
                seconds_at(*object, "expires_in", kLifetimeUnsaid),
                account_of(text_member(*object, "id_token").value_or(""))};
}

TokenAnswer parse_token_answer(int status, std::string_view body) {
  if (status == 200) {
    Result<Tokens> tokens = parse_tokens(body);
    if (tokens) return *std::move(tokens);
    return TokenRefusal{"invalid_answer", tokens.error().detail};
  }
  if (status >= 500) return Silence{fmt::format("the identity provider answers {}", status)};
  const Result<json::object> object = wire::parse_object(body);
  const std::string error = object ? text_member(*object, "error").value_or("") : "";
  if (error.empty()) {
    return TokenRefusal{"invalid_answer", fmt::format("status {} and no reason", status)};
  }
  return TokenRefusal{printable(error),
                      printable(text_member(*object, "error_description").value_or(""), 200)};
}

}  // namespace peerlab::cli

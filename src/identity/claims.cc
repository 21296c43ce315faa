#include "identity/claims.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

#include "base/json.h"
#include "base/text.h"

namespace peerlab::identity {
namespace {

namespace json = boost::json;

Failure refuse(std::string detail) { return fail(ErrorKind::Unauthenticated, std::move(detail)); }

std::optional<double> seconds(const json::value& value) {
  json::error_code failed;
  const auto number = value.to_number<double>(failed);
  if (failed || !std::isfinite(number)) return std::nullopt;
  return number;
}

bool is_for(const json::object& claims, const std::vector<std::string>& audiences) {
  if (audiences.empty()) return true;
  const json::value* const audience = claims.if_contains("aud");
  const auto listed = [&](const json::value& one) {
    return one.is_string() &&
           std::ranges::find(audiences, std::string_view{one.get_string()}) != audiences.end();
  };
  if (audience == nullptr || !audience->is_array()) return audience != nullptr && listed(*audience);
  const json::array& several = audience->get_array();
  return std::ranges::all_of(several, [](const json::value& one) { return one.is_string(); }) &&
         std::ranges::any_of(several, listed);
}

Result<Validity> validity_in(const json::object& claims) {
  const json::value* const expiry = claims.if_contains("exp");
  const auto until = expiry == nullptr ? std::nullopt : seconds(*expiry);
  if (!until) return refuse("the token does not say when it expires");
  const json::value* const not_before = claims.if_contains("nbf");
  if (not_before == nullptr) return Validity{std::nullopt, *until};
  const auto from = seconds(*not_before);
  if (!from) return refuse("the token does not say from when it is valid");
  return Validity{from, *until};
}

std::vector<std::string> roles_in(const json::object& claims, const std::string& claim) {
  std::vector<std::string> roles;
  const json::value* const said = claim.empty() ? nullptr : claims.if_contains(claim);
  if (said == nullptr) return roles;
  if (said->is_string()) {
    for (const std::string_view role : split(std::string_view{said->get_string()}, ' ')) {
      if (!role.empty()) roles.emplace_back(role);
    }
  }
  if (!said->is_array()) return roles;
  for (const json::value& role : said->get_array()) {
    if (!role.is_string()) return {};
    roles.emplace_back(std::string_view{role.get_string()});
  }
  return roles;
}

}  // namespace

Result<void> check_times(const Validity& validity, std::chrono::seconds leeway, Instant now) {
  const auto current = static_cast<double>(now.time_since_epoch().count());
  const auto allowed = static_cast<double>(leeway.count());
  if (current >= validity.expires + allowed) return refuse("the token has expired");
  if (validity.not_before && current < *validity.not_before - allowed) {
    return refuse("the token is not valid yet");
  }
  return {};
}

Result<Claims> check_claims(std::string_view text, const TokenRules& rules, Instant now) {
  const Result<json::value> parsed = parse_json(text);
  if (!parsed || !parsed->is_object()) return refuse("the token's claims are not a JSON object");
  const json::object& claims = parsed->get_object();
  const json::value* const issuer = claims.if_contains("iss");
  if (issuer == nullptr || !issuer->is_string() || issuer->get_string() != rules.issuer) {
    return refuse("the token is from another issuer");
  }
  if (!is_for(claims, rules.audiences)) return refuse("the token is for another audience");
  const Result<Validity> validity = validity_in(claims);
  if (!validity) return fail(validity.error());
  if (auto good = check_times(*validity, rules.leeway, now); !good) {
    return fail(std::move(good.error()));
  }
  auto subject = Subject::parse(text_member(claims, "sub").value_or(""));
  if (!subject) return refuse("the token names no subject");
  return Claims{{*std::move(subject), roles_in(claims, rules.roles_claim)}, *validity};
}

}  // namespace peerlab::identity

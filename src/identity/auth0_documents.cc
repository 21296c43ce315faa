#include "identity/auth0_documents.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/json.h"

namespace peerlab::identity {
namespace {

namespace json = boost::json;
using std::chrono::seconds;

constexpr seconds kRenewedEarly = std::chrono::minutes{5};
constexpr seconds kLongestLife = std::chrono::days{30};  // as Auth0 allows; a sum cannot overflow
constexpr std::size_t kAddressMost = 254;

Failure unexpected(std::string detail) { return fail(ErrorKind::Unavailable, std::move(detail)); }

bool is_plain_address(std::string_view text) {
  const auto at = text.find('@');
  const bool visible = std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
  return visible && text.size() <= kAddressMost && at != std::string_view::npos && at > 0 &&
         at + 1 < text.size() && text.find('@', at + 1) == std::string_view::npos;
}

std::optional<DirectoryUser> user_in(const json::value& row) {
  if (!row.is_object()) return std::nullopt;
  const json::object& object = row.get_object();
  const auto id = text_member(object, "user_id");
  const Result<Subject> subject =
      id ? Subject::parse(*id) : fail(ErrorKind::Malformed, "it has no user_id");
  if (!subject) return std::nullopt;
  const json::value* const verified = object.if_contains("email_verified");
  auto email = text_member(object, "email");
  const bool usable = verified != nullptr && verified->is_bool() && verified->get_bool() && email &&
                      is_plain_address(*email);
  if (!usable) email.reset();
  return DirectoryUser{UserHash::of(*subject), std::move(email)};
}

std::string in_quotes(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace

Result<MachineToken> parse_machine_token(std::string_view document, Instant now) {
  const Result<json::value> value = parse_json(document);
  if (!value || !value->is_object()) return unexpected("its token document is no JSON object");
  const json::object& object = value->get_object();
  auto text = text_member(object, "access_token");
  const seconds life{integer_member(object, "expires_in").value_or(0)};
  if (!text || text->empty() || life <= seconds{0}) {
    return unexpected("its token document has no access_token with an expires_in");
  }
  const seconds believed = std::min(life, kLongestLife);
  return MachineToken{Secret{*std::move(text)},
                      now + believed - std::min(believed / 10, kRenewedEarly)};
}

Result<std::vector<DirectoryUser>> parse_directory_users(std::string_view document) {
  const Result<json::value> value = parse_json(document);
  if (!value || (!value->is_array() && !value->is_object())) {
    return unexpected("its answer about users is neither a JSON list nor an object");
  }
  std::vector<DirectoryUser> users;
  const auto add = [&](const json::value& row) {
    if (auto user = user_in(row)) users.push_back(*std::move(user));
  };
  if (value->is_object()) add(*value);
  if (value->is_array()) std::ranges::for_each(value->get_array(), add);
  return users;
}

std::string search_query(const std::vector<Subject>& subjects) {
  std::string query;
  for (const Subject& subject : subjects) {
    query += (query.empty() ? "user_id:(" : " OR ") + in_quotes(subject.secret().reveal());
  }
  return query + ")";
}

}  // namespace peerlab::identity

#include "identity/auth0_directory.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/json.h"
#include "identity/auth0_rate_limit.h"

namespace peerlab::identity {
namespace {

constexpr std::size_t kDocumentMost = 1U << 20U;
constexpr const char* kFields = "user_id,email,email_verified";

// A global limit of the tenant is told as 500 access_denied, beside rate-limit fields of another
// limit that is far from its end.
bool is_global_limit(const http::Response& answer) {
  const auto document =
      answer.status == 500 ? parse_json(answer.body) : Result<boost::json::value>{};
  return document && document->is_object() &&
         text_member(document->get_object(), "error") == "access_denied";
}

Failure not_answered(const http::Response& answer, std::string_view what, Instant now) {
  Error error{ErrorKind::Unavailable, fmt::format("{}: Auth0 answered {}", what, answer.status)};
  error.retry_after = rest_after(answer, now);
  if (answer.status == 429 || is_global_limit(answer)) {
    error.detail = fmt::format("{}: Auth0's rate limit is reached", what);
  } else if (answer.status == 503) {
    error.kind = ErrorKind::TimedOut;
  } else if (answer.status == 403) {
    error.detail += ": grant the application the permission read:users of the Management API";
  }
  return fail(std::move(error));
}

std::string target_of(const std::vector<Subject>& subjects) {
  if (subjects.size() == 1) {
    return http::percent_encode(subjects.front().secret().reveal()).insert(0, "/") + '?' +
           http::form_encode({{"fields", kFields}, {"include_fields", "true"}});
  }
  return '?' + http::form_encode({{"q", search_query(subjects)},
                                  {"search_engine", "v3"},
                                  {"fields", kFields},
                                  {"include_fields", "true"},
                                  {"per_page", "100"},
                                  {"page", "0"},
                                  {"primary_order", "false"}});
}

// 400: the id is of a shape that this tenant never gave, or the search did not like one of them;
// 414: there are too many.
bool finds_nobody(int status, bool alone) {
  return status == 400 || status == 414 || (status == 404 && alone);
}

}  // namespace

Result<http::ClientResponse> Auth0Directory::send(http::ClientRequest request) const {
  request.headers.add("Accept", "application/json");
  request.timeout = tenant_.patience;
  request.connect_timeout = tenant_.patience;
  request.body_limit = kDocumentMost;
  return client_.send(request);
}

Result<Secret> Auth0Directory::token(Instant now) {
  if (token_ && now < token_->renew_at) return token_->text;
  http::ClientRequest request{.method = http::Method::Post, .url = tenant_.url + "/oauth/token"};
  request.headers.add("Content-Type", "application/x-www-form-urlencoded");
  request.body = http::form_encode({{"grant_type", "client_credentials"},
                                    {"client_id", tenant_.client_id},
                                    {"client_secret", tenant_.client_secret.reveal()},
                                    {"audience", tenant_.url + "/api/v2/"}});
  const auto answer = send(std::move(request));
  if (!answer) return fail(answer.error());
  if (answer->status == 401 || answer->status == 403) {
    return fail(ErrorKind::Unavailable,
                fmt::format("a token: Auth0 answered {}: compare auth0_m2m_app_id and "
                            "auth0_m2m_app_secret with the application's settings, and authorise "
                            "it for the Management API",
                            answer->status));
  }
  if (answer->status != 200) return not_answered(*answer, "a token", now);
  Result<MachineToken> token = parse_machine_token(answer->body, now);
  if (!token) return fail(token.error());
  token_ = *std::move(token);
  return token_->text;
}

Result<DirectoryAnswer> Auth0Directory::look_up(const std::vector<Subject>& subjects, Instant now) {
  const Result<Secret> bearer = token(now);
  if (!bearer) return fail(bearer.error());
  http::ClientRequest request{.url = tenant_.url + "/api/v2/users" + target_of(subjects)};
  request.headers.add("Authorization", "Bearer " + bearer->reveal());
  const auto answer = send(std::move(request));
  if (!answer) return fail(answer.error());
  DirectoryAnswer told{{}, rest_after(*answer, now)};
  if (finds_nobody(answer->status, subjects.size() == 1)) return told;
  if (answer->status == 401) token_.reset();
  if (answer->status != 200) return not_answered(*answer, "users", now);
  const auto users = parse_directory_users(answer->body);
  if (!users) return fail(users.error());
  for (const DirectoryUser& one : *users) told.found.insert_or_assign(one.user, one.email);
  return told;
}

}  // namespace peerlab::identity

#include "tests/support/test_directory.h"

#include <algorithm>
#include <boost/json.hpp>

namespace peerlab::testing_support {
namespace {

namespace json = boost::json;
using Steady = std::chrono::steady_clock;

http::Response document(int status, const json::object& body) {
  return {status, {{"Content-Type", "application/json; charset=utf-8"}}, json::serialize(body)};
}

// The Management API's errors.
http::Response refused(int status, std::string_view error, std::string_view message,
                       std::string_view code) {
  return document(
      status,
      {{"statusCode", status}, {"error", error}, {"message", message}, {"errorCode", code}});
}

std::string parameter_of(const http::Request& request, std::string_view name) {
  return std::string{request.parameter(name).value_or("")};
}

json::object user_document(const std::string& id, const DirectoryEntry& entry) {
  json::object user{{"user_id", id}, {"email_verified", entry.verified}};
  if (!entry.email.empty()) user["email"] = entry.email;
  return user;
}

// The ids of user_id:("a" OR "b"), quotes and backslashes escaped; nothing where it is another
// query.
std::optional<std::vector<std::string>> ids_in(std::string_view query) {
  constexpr std::string_view kHead = "user_id:(";
  if (!query.starts_with(kHead) || !query.ends_with(')')) return std::nullopt;
  query = query.substr(kHead.size(), query.size() - kHead.size() - 1);
  std::vector<std::string> ids;
  while (query.starts_with('"')) {
    std::string& id = ids.emplace_back();
    std::size_t at = 1;
    for (; at < query.size() && query[at] != '"'; ++at) {
      if (query[at] == '\\') ++at;
      if (at < query.size()) id += query[at];
    }
    query.remove_prefix(std::min(at + 1, query.size()));
    if (query.empty()) return ids;
    if (!query.starts_with(" OR ")) return std::nullopt;
    query.remove_prefix(4);
  }
  return std::nullopt;
}

class Counted {
 public:
  Counted(std::atomic<int>& now, std::atomic<int>& most) : now_{now} {
    const int count = ++now_;
    for (int before = most; before < count && !most.compare_exchange_weak(before, count);) {
    }
  }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --now_; }

 private:
  std::atomic<int>& now_;
};

http::ServerOptions patient_with_long_queries() {
  http::ServerOptions options;
  options.drain_timeout = std::chrono::milliseconds{0};
  return options;
}

}  // namespace

TestDirectory::TestDirectory()
    : server_{patient_with_long_queries(),
              [this](const http::Request& request) { return answer(request); }} {}

std::string TestDirectory::url() const {
  return "http://127.0.0.1:" + std::to_string(server_.port());
}

http::Response TestDirectory::answer(const http::Request& request) {
  const Counted inside{at_once_, most_at_once_};
  std::unique_lock lock{mutex_};
  let_go_.wait(lock, [&] { return !held_; });
  if (request.path == "/oauth/token") return token_for(request);
  if (request.path.starts_with("/api/v2/users")) return with_limits(users_for(request));
  return fault("nothing is at " + request.path);
}

http::Response TestDirectory::token_for(const http::Request& request) {
  if (request.method != http::Method::Post ||
      request.header("Content-Type") != "application/x-www-form-urlencoded") {
    return fault("a token is asked for by a form");
  }
  if (tokens_limited_ > 0) {
    --tokens_limited_;
    auto limited = document(
        500, {{"error", "access_denied"}, {"error_description", "Global limit has been reached"}});
    limited.headers = {{"X-RateLimit-Limit", "30"},
                       {"X-RateLimit-Remaining", "29"},
                       {"X-RateLimit-Reset", std::to_string(reset_)}};
    return limited;
  }
  http::Request form;
  form.query = http::parse_target("/?" + request.body).value().query;
  if (parameter_of(form, "grant_type") != "client_credentials") return fault("another grant_type");
  if (parameter_of(form, "client_id") != kClientId ||
      parameter_of(form, "client_secret") != kClientSecret) {
    return document(401, {{"error", "access_denied"}, {"error_description", "Unauthorized"}});
  }
  if (parameter_of(form, "audience") != url() + "/api/v2/") {
    return document(403, {{"error", "access_denied"},
                          {"error_description", "Service not enabled within domain"}});
  }
  last_token_ = "management-token-" + std::to_string(++tokens_);
  tokens_until_[last_token_] = Steady::now() + token_life_;
  return document(200, {{"access_token", last_token_},
                        {"token_type", "Bearer"},
                        {"expires_in", token_life_.count()},
                        {"scope", "read:users"}});
}

http::Response TestDirectory::users_for(const http::Request& request) {
  ++questions_;
  if (request.method != http::Method::Get) return fault("users are asked for by GET");
  if (users_limited_ > 0) {
    --users_limited_;
    auto limited =
        refused(429, "Too Many Requests", "Global limit has been reached", "too_many_requests");
    if (retry_after_) limited.headers.add("Retry-After", std::to_string(*retry_after_));
    return limited;
  }
  const std::string bearer{request.header("Authorization").value_or("")};
  const auto token = tokens_until_.find(bearer.substr(std::min<std::size_t>(7, bearer.size())));
  if (!bearer.starts_with("Bearer ") || token == tokens_until_.end()) {
    return refused(401, "Unauthorized", "Invalid token", "invalid_token");
  }
  if (token->second <= Steady::now()) {
    return refused(401, "Unauthorized", "Expired token received for JSON Web Token validation",
                   "invalid_token");
  }
  if (forbidden_) {
    return refused(403, "Forbidden", "Insufficient scope, expected any of: read:users",
                   "insufficient_scope");
  }
  if (parameter_of(request, "fields") != "user_id,email,email_verified" ||
      parameter_of(request, "include_fields") != "true") {
    return fault("more fields than needed");
  }
  return request.segments.size() == 4 ? one_user(request.segments[3]) : found_by(request);
}

http::Response TestDirectory::one_user(const std::string& id) {
  ++looked_up_;
  if (id.find('|') == std::string::npos) {
    return refused(400, "Bad Request", "Object didn't pass validation for format user-id",
                   "invalid_uri");
  }
  const auto user = users_.find(id);
  if (user == users_.end()) {
    return refused(404, "Not Found", "The user does not exist.", "inexistent_user");
  }
  return document(200, user_document(id, user->second));
}

http::Response TestDirectory::found_by(const http::Request& request) {
  const auto ids = ids_in(parameter_of(request, "q"));
  if (!ids || parameter_of(request, "search_engine") != "v3") return fault("no search of v3");
  if (request.raw_target.size() > 8'000) return fault("a URL of more than 8,000 bytes");
  if (ids->size() > 100 || parameter_of(request, "per_page") != "100" ||
      parameter_of(request, "page") != "0") {
    return fault("a page has at most 100 users");
  }
  if (ids->size() > search_most_) {
    return refused(503, "Service Unavailable", "The query exceeded the timeout", "query_timeout");
  }
  ++searches_;
  json::array found;
  for (const std::string& id : *ids) {
    const auto user = users_.find(id);
    if (user != users_.end() && user->second.indexed) {
      found.push_back(user_document(id, user->second));
    }
  }
  return {200, {{"Content-Type", "application/json; charset=utf-8"}}, json::serialize(found)};
}

http::Response TestDirectory::with_limits(http::Response response) const {
  response.headers.add("x-ratelimit-limit", "10");
  response.headers.add("x-ratelimit-remaining",
                       std::to_string(response.status == 429 ? 0 : remaining_));
  response.headers.add("x-ratelimit-reset", std::to_string(reset_));
  return response;
}

http::Response TestDirectory::fault(std::string what) {
  faults_.push_back(std::move(what));
  return refused(400, "Bad Request", faults_.back(), "invalid_query_string");
}

void TestDirectory::put(const std::string& user_id, DirectoryEntry entry) {
  const std::lock_guard lock{mutex_};
  users_.insert_or_assign(user_id, std::move(entry));
}

void TestDirectory::remove(const std::string& user_id) {
  const std::lock_guard lock{mutex_};
  users_.erase(user_id);
}

void TestDirectory::tokens_live(std::chrono::seconds life) {
  const std::lock_guard lock{mutex_};
  token_life_ = life;
}

void TestDirectory::refuse_old_tokens() {
  const std::lock_guard lock{mutex_};
  for (auto& [token, until] : tokens_until_) until = Steady::now();
}

void TestDirectory::forbid(bool is_forbidden) {
  const std::lock_guard lock{mutex_};
  forbidden_ = is_forbidden;
}

void TestDirectory::hold(bool is_held) {
  const std::lock_guard lock{mutex_};
  held_ = is_held;
  let_go_.notify_all();
}

void TestDirectory::limit_users(int questions, std::optional<int> retry_after) {
  const std::lock_guard lock{mutex_};
  users_limited_ = questions;
  retry_after_ = retry_after;
}

void TestDirectory::limit_tokens(int questions) {
  const std::lock_guard lock{mutex_};
  tokens_limited_ = questions;
}

void TestDirectory::time_out_searches_of_more_than(std::size_t users) {
  const std::lock_guard lock{mutex_};
  search_most_ = users;
}

void TestDirectory::remaining(int questions, std::int64_t reset) {
  const std::lock_guard lock{mutex_};
  remaining_ = questions;
  reset_ = reset;
}

std::string TestDirectory::token() const {
  const std::lock_guard lock{mutex_};
  return last_token_;
}

std::vector<std::string> TestDirectory::faults() const {
  const std::lock_guard lock{mutex_};
  return faults_;
}

}  // namespace peerlab::testing_support

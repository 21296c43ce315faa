#include "cli/credentials.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <boost/json.hpp>

#include "base/file.h"
#include "base/json.h"

namespace peerlab::cli {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

// Longer than one exchange with the provider may take (http::ClientRequest).
constexpr std::chrono::seconds kPatience{20};

Result<json::object> read_store(const fs::path& file) {
  const Result<std::string> text = read_file(file, 1U << 20U);
  if (!text && text.error().kind == ErrorKind::NotFound) return json::object{};
  if (!text) return fail(text.error());
  Result<json::value> value = parse_json(*text);
  if (value && value->is_object()) return std::move(value->get_object());
  return fail(ErrorKind::Malformed,
              fmt::format("{} is damaged: remove it and sign in again", file.string()));
}

Result<void> write_store(const fs::path& file, const json::object& store) {
  return write_file(file, json::serialize(store) + "\n", 0600);
}

json::object encoded(const Credentials& credentials) {
  return {{"access_token", credentials.access_token.reveal()},
          {"refresh_token", credentials.refresh_token.reveal()},
          {"expires_at", credentials.expires_at.time_since_epoch().count()},
          {"account", credentials.account},
          {"client_id", credentials.client_id},
          {"token_endpoint", credentials.token_endpoint},
          {"revocation_endpoint", credentials.revocation_endpoint}};
}

Credentials decoded(const json::object& object) {
  const auto text = [&](std::string_view name) { return text_member(object, name).value_or(""); };
  return {Secret{text("access_token")},
          Secret{text("refresh_token")},
          Instant{std::chrono::seconds{integer_member(object, "expires_at").value_or(0)}},
          text("account"),
          text("client_id"),
          text("token_endpoint"),
          text("revocation_endpoint")};
}

}  // namespace

Result<Credentials> CredentialStore::find(const std::string& api_url) const {
  const Result<json::object> store = read_store(folder_ / "credentials.json");
  if (!store) return fail(store.error());
  const json::value* const found = store->if_contains(api_url);
  if (found == nullptr || !found->is_object()) {
    return fail(ErrorKind::NotFound, fmt::format("you are not signed in to {}", api_url));
  }
  return decoded(found->get_object());
}

Result<FileLock> CredentialStore::lock() const {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error || ::chmod(folder_.c_str(), 0700) != 0) {
    return fail(ErrorKind::NotPermitted,
                fmt::format("cannot make {} a folder of yours alone", folder_.string()));
  }
  return FileLock::take(folder_ / "credentials.lock", kPatience);
}

Result<void> CredentialStore::keep(const FileLock& /*held*/, const std::string& api_url,
                                   const Credentials& credentials) const {
  const fs::path file = folder_ / "credentials.json";
  Result<json::object> store = read_store(file);
  if (!store) return fail(store.error());
  (*store)[api_url] = encoded(credentials);
  return write_store(file, *store);
}

Result<void> CredentialStore::forget(const FileLock& /*held*/, const std::string& api_url) const {
  const fs::path file = folder_ / "credentials.json";
  Result<json::object> store = read_store(file);
  if (!store) return fail(store.error());
  if (store->erase(api_url) == 0) return {};
  return write_store(file, *store);
}

}  // namespace peerlab::cli

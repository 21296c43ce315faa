#include "gateway/settings_directory.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "gateway/settings_secret.h"
#include "gateway/settings_url.h"

namespace peerlab::gateway {
namespace {

constexpr std::string_view kSecret = "auth0-m2m-app-secret";
constexpr std::string_view kSecretFile = "auth0-m2m-app-secret-file";
constexpr std::array kSettings{std::string_view{"auth0-management-api"},
                               std::string_view{"auth0-m2m-app-id"}, kSecret};

std::vector<std::string> missing(const SettingsReader& reader) {
  std::vector<std::string> places;
  for (const std::string_view name : kSettings) {
    const bool by_file = name == kSecret && !reader.text(kSecretFile).empty();
    if (reader.text(name).empty() && !by_file) places.push_back(reader.place(name));
  }
  return places;
}

std::string tenant_of(std::string_view url) {
  for (const std::string_view end : {"/", "/v2", "/api", "/"}) {
    if (url.ends_with(end)) url.remove_suffix(end.size());
  }
  return std::string{url};
}

}  // namespace

std::optional<identity::Auth0Tenant> read_directory(SettingsReader& reader) {
  if (!reader.text("auth0-management-api").empty()) check_url(reader, "auth0-management-api");
  if (!missing(reader).empty()) return std::nullopt;
  return identity::Auth0Tenant{.url = tenant_of(reader.text("auth0-management-api")),
                               .client_id = reader.text("auth0-m2m-app-id"),
                               .client_secret = read_secret(reader, kSecret, kSecretFile)};
}

std::vector<std::string> directory_warnings(const SettingsReader& reader) {
  std::vector<std::string> warnings;
  const std::vector<std::string> places = missing(reader);
  if (!places.empty() && places.size() < kSettings.size()) {
    warnings.push_back(fmt::format("no e-mail addresses are looked up, since nothing is said by {}",
                                   fmt::join(places, " nor ")));
  }
  const Given* const secret = reader.find(kSecret);
  if (secret != nullptr && secret->source == Source::Flag) {
    warnings.emplace_back(
        "--auth0-m2m-app-secret is visible in the process list: put the secret into a file and "
        "name that by --auth0-m2m-app-secret-file");
  }
  return warnings;
}

}  // namespace peerlab::gateway

#include "gateway/settings_directory.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "gateway/settings_url.h"

namespace peerlab::gateway {
namespace {

constexpr std::array<std::string_view, 3> kSettings{"auth0-management-api", "auth0-m2m-app-id",
                                                    "auth0-m2m-app-secret"};

std::vector<std::string> missing(const SettingsReader& reader) {
  std::vector<std::string> places;
  for (const std::string_view name : kSettings) {
    if (reader.text(name).empty()) places.push_back(reader.place(name));
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
                               .client_secret = Secret{reader.text("auth0-m2m-app-secret")}};
}

std::vector<std::string> directory_warnings(const SettingsReader& reader) {
  std::vector<std::string> warnings;
  const std::vector<std::string> places = missing(reader);
  if (!places.empty() && places.size() < kSettings.size()) {
    warnings.push_back(fmt::format("no e-mail addresses are looked up, since nothing is said by {}",
                                   fmt::join(places, " nor ")));
  }
  const Given* const secret = reader.find("auth0-m2m-app-secret");
  if (secret != nullptr && secret->source == Source::Flag) {
    warnings.emplace_back(
        "--auth0-m2m-app-secret is visible in the process list: say it by "
        "PEERLAB_GATEWAY_AUTH0_M2M_APP_SECRET in the environment");
  }
  return warnings;
}

}  // namespace peerlab::gateway

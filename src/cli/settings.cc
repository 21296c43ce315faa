#include "cli/settings.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include "base/file.h"
#include "base/text.h"

namespace peerlab::cli {
namespace {

namespace fs = std::filesystem;

// A relative path in an XDG variable is to be ignored (XDG Base Directory Specification).  Empty
// where there is no home either: the working directory is no place for tokens.
fs::path base_directory(const Surroundings& around, std::string_view variable,
                        std::string_view below_home) {
  const fs::path named = around.variable(variable), home = around.variable("HOME");
  if (named.is_absolute()) return named / "peerlab";
  return home.empty() ? home : home / below_home / "peerlab";
}

std::string first_of(const Surroundings& around, std::string_view name, std::string_view alias) {
  const std::string value = around.variable(name);
  return value.empty() ? around.variable(alias) : value;
}

// Empty where there is no file or no such key.
Attempt<std::string> api_url_in(const fs::path& file) {
  if (file.empty()) return std::string{};
  const Result<std::string> text = read_file(file, 1U << 20U);
  if (!text && text.error().kind == ErrorKind::NotFound) return std::string{};
  if (!text) return complain(ExitCode::Usage, text.error().detail);
  try {
    const toml::table table = toml::parse(*text);
    const toml::node* const value = table.get("api_url");
    if (value == nullptr) return std::string{};
    if (value->is_string()) return value->as_string()->get();
    return complain(ExitCode::Usage, fmt::format("{}: api_url must be a text", file.string()));
  } catch (const toml::parse_error& error) {
    return complain(ExitCode::Usage, fmt::format("{}, line {}: {}", file.string(),
                                                 error.source().begin.line, error.description()));
  }
}

Attempt<std::string> checked(std::string url, std::string_view origin) {
  while (url.ends_with('/')) url.pop_back();
  if (url.empty() || url.starts_with("https://") || url.starts_with("http://")) return url;
  return complain(ExitCode::Usage, fmt::format("{} of {} is no URL", printable(url), origin),
                  "write it as https://peerlab.example.org");
}

Attempt<std::string> api_url(const std::string& flag, const Surroundings& around,
                             const fs::path& file) {
  if (!flag.empty()) return checked(flag, "--api-url");
  const std::string variable = first_of(around, "PEERLAB_API_URL", "NXTHDR_API_URL");
  if (!variable.empty()) return checked(variable, "the environment");
  return api_url_in(file).and_then(
      [&](const std::string& url) { return checked(url, file.string()); });
}

}  // namespace

Attempt<Settings> read_settings(const std::string& api_url_flag, const Surroundings& around) {
  Settings settings;
  const fs::path config = base_directory(around, "XDG_CONFIG_HOME", ".config");
  if (!config.empty()) settings.config_file = config / "config.toml";
  settings.state_directory = base_directory(around, "XDG_STATE_HOME", ".local/state");
  settings.client_id = first_of(around, "PEERLAB_CLIENT_ID", "NXTHDR_CLIENT_ID");
  settings.token = Secret{std::string{trim(around.variable("PEERLAB_TOKEN"))}};
  if (settings.state_directory.empty() && settings.token.empty()) {
    return complain(ExitCode::Usage, "there is no place for tokens: HOME is not set",
                    "set it, or XDG_STATE_HOME, or put a token into PEERLAB_TOKEN");
  }
  Attempt<std::string> url = api_url(api_url_flag, around, settings.config_file);
  if (!url) return complain(std::move(url.error()));
  settings.api_url = *std::move(url);
  return settings;
}

}  // namespace peerlab::cli

#include "gateway/settings_identity.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/text.h"
#include "gateway/settings_url.h"
#include "identity/algorithm.h"

namespace peerlab::gateway {
namespace {

constexpr std::size_t kKeysFileMost = 64U << 10U;
// A fetch is two requests, and it must end within the time that a stopping program leaves to
// requests in flight.
constexpr std::chrono::milliseconds kPatience{3'500};

template <class Keys>
Result<Keys> keys_in(const std::string& file) {
  const Result<std::string> text = read_file(file, kKeysFileMost);
  if (!text) return fail(text.error());
  struct stat status {};
  if (::stat(file.c_str(), &status) == 0 && (status.st_mode & 0007U) != 0) {
    return fail(ErrorKind::NotPermitted,
                fmt::format("{} may be read by everybody: chmod 640 it", file));
  }
  auto keys = Keys::parse(*text);
  if (keys) return keys;
  return fail(keys.error().kind, fmt::format("{}: {}", file, keys.error().detail));
}

}  // namespace

identity::KeySource read_key_source(SettingsReader& reader) {
  if (reader.find("issuer") == nullptr) {
    reader.refuse("issuer", "say whose tokens are accepted, such as https://issuer.example.org/");
    return {};
  }
  check_url(reader, "issuer");
  if (reader.find("jwks-uri") != nullptr) check_url(reader, "jwks-uri");
  identity::KeySource source{.issuer = reader.text("issuer"), .jwks_uri = reader.text("jwks-uri")};
  source.patience = kPatience;
  return source;
}

identity::TokenRules read_token_rules(SettingsReader& reader) {
  std::vector<std::string> audiences = reader.texts("audience");
  const bool any = reader.on("any-audience");
  if (audiences.empty() && !any) {
    reader.refuse(
        "audience",
        "say for whom the issuer's tokens must be made (any_audience = true accepts those "
        "that it made for others)");
  }
  for (std::size_t i = 0; i < audiences.size(); ++i) {
    if (audiences[i].empty()) reader.refuse("audience", "is empty", i);
  }
  const std::vector<std::string> algorithms = reader.texts("accepted-algorithms");
  for (std::size_t i = 0; i < algorithms.size(); ++i) {
    if (identity::algorithm_named(algorithms[i]) != nullptr) continue;
    reader.refuse("accepted-algorithms",
                  fmt::format("'{}' is none: write RS256, ES256, or one of RS, PS and ES with 256, "
                              "384 and 512",
                              printable(algorithms[i])),
                  i);
  }
  if (algorithms.empty()) reader.refuse("accepted-algorithms", "name one, such as RS256");
  if (any) audiences.clear();
  return {.issuer = reader.text("issuer"),
          .audiences = audiences,
          .algorithms = algorithms,
          .roles_claim = reader.text("roles-claim")};
}

identity::AgentKeys read_agent_keys(SettingsReader& reader) {
  const auto said = reader.either("agent-keys-file", "agent-key");
  if (!said) return identity::AgentKeys::none();
  const std::string text = reader.text(*said);
  auto keys = *said == "agent-key" ? identity::AgentKeys::single(Secret{text})
                                   : keys_in<identity::AgentKeys>(text);
  if (keys) return *std::move(keys);
  reader.refuse(*said, keys.error().detail);
  return identity::AgentKeys::none();
}

OperatorAccess read_operators(SettingsReader& reader) {
  OperatorAccess access;
  if (!reader.text("roles-claim").empty()) access.role = reader.text("operator-role");
  const std::string file = reader.text("operator-keys-file");
  if (file.empty()) return access;
  auto keys = keys_in<identity::OperatorKeys>(file);
  if (keys) {
    access.keys = *std::move(keys);
  } else {
    reader.refuse("operator-keys-file", keys.error().detail);
  }
  return access;
}

}  // namespace peerlab::gateway

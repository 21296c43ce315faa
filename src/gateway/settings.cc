#include "gateway/settings.h"

#include <fmt/format.h>

#include "base/text.h"
#include "gateway/settings_admission.h"
#include "gateway/settings_directory.h"
#include "gateway/settings_identity.h"
#include "gateway/settings_offer.h"

namespace peerlab::gateway {
namespace {

namespace fs = std::filesystem;

std::string read_address(SettingsReader& reader, std::string_view name) {
  const std::string address = reader.text(name);
  const auto colon = address.rfind(':');
  const std::string_view host = std::string_view{address}.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  const bool sound = bracketed ? Ipv6::parse(host.substr(1, host.size() - 2)).has_value()
                               : host == "localhost" || Ipv4::parse(host).has_value();
  if (colon == std::string::npos || !sound ||
      !parse_decimal<std::uint16_t>(std::string_view{address}.substr(colon + 1))) {
    reader.refuse(name, fmt::format("'{}' is no address to listen on: write it like "
                                    "127.0.0.1:8080 or [::]:8080",
                                    printable(address)));
  }
  return address;
}

// Whoever listens there is spoken to by a proxy, or by a lab.
bool is_loopback(std::string_view address) {
  return address.starts_with("127.") || address.starts_with("[::1]") ||
         address.starts_with("localhost");
}

fs::path read_roa_file(SettingsReader& reader) {
  fs::path file = reader.text("roa-file");
  std::error_code failed;
  if (!file.empty() && !fs::is_directory(fs::absolute(file).parent_path(), failed)) {
    reader.refuse("roa-file", fmt::format("{} is no folder: make it, writable by the gateway",
                                          printable(fs::absolute(file).parent_path().string())));
  }
  return file;
}

std::vector<std::string> warnings_of(SettingsReader& reader, const Settings& settings) {
  std::vector<std::string> warnings;
  const auto warn_if = [&](bool so, std::string warning) {
    if (so) warnings.push_back(std::move(warning));
  };
  const Given* const agent_key = reader.find("agent-key");
  warn_if(agent_key != nullptr && agent_key->source == Source::Flag,
          "--agent-key is visible in the process list: put the key into a file and name that by "
          "--agent-keys-file");
  warn_if(settings.agent_keys.size() == 0,
          "no agent keys: every service route answers 401 until --agent-keys-file names some");
  warn_if(reader.find("operator-role")->source != Source::Default &&
              settings.token_rules.roles_claim.empty(),
          "operator-role is of no use without roles-claim: tokens say no roles");
  for (std::string& warning : directory_warnings(reader)) warnings.push_back(std::move(warning));
  warn_if(
      settings.token_rules.audiences.empty(),
      "tokens of any audience are accepted: also those that the issuer made for other services");
  warn_if(settings.admission.rates.per_address && settings.admission.proxies.blocks.empty() &&
              is_loopback(settings.address),
          "no trusted-proxy: everybody behind a proxy on this machine shares one address's rate");
  warn_if(reader.on("insecure-issuer"),
          "the issuer may be asked over plain HTTP: only a lab should do that");
  warn_if(reader.find("platform-asn")->source == Source::Default,
          "no platform-asn: members are told AS64500, which is for documentation (RFC 5398)");
  return warnings;
}

}  // namespace

SettingsFile strongest(GivenSettings flags, GivenSettings environment, SettingsFile file) {
  GivenSettings merged = std::move(flags);
  merged.merge(environment);
  merged.merge(file.given);
  GivenSettings defaults = given_by_default();
  merged.merge(defaults);
  return {std::move(merged), std::move(file.sites), std::move(file.pools)};
}

Result<Settings> make_settings(const SettingsFile& settings) {
  SettingsReader reader{settings.given};
  identity::KeySource key_source = read_key_source(reader);
  identity::TokenRules token_rules = read_token_rules(reader);
  std::optional<Offer> offer = read_offer(reader, settings);
  const std::string address = read_address(reader, "address");
  const bool measured = reader.find("metrics-address") != nullptr;
  const std::string metrics = measured ? read_address(reader, "metrics-address") : std::string{};
  const auto connections = reader.number("connections-max", 16, 65536);
  AdmissionRules admission = read_admission(reader);
  LedgerPlace ledger = read_ledger_place(reader);
  identity::AgentKeys agent_keys = read_agent_keys(reader);
  OperatorAccess operators = read_operators(reader);
  std::optional<identity::Auth0Tenant> directory = read_directory(reader);
  fs::path roa_file = read_roa_file(reader);
  if (reader.error() || !offer) return fail(*reader.error());
  Settings made{address,
                metrics,
                *connections,
                std::move(admission),
                std::move(ledger),
                std::move(key_source),
                std::move(token_rules),
                std::move(agent_keys),
                std::move(operators),
                std::move(directory),
                *std::move(offer),
                std::move(roa_file),
                {}};
  made.warnings = warnings_of(reader, made);
  return made;
}

}  // namespace peerlab::gateway

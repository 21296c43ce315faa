// The configuration of one run of peerlab-gateway: whoever holds Settings need not check them.
#pragma once

#include <string>
#include <vector>

#include "gateway/services.h"
#include "gateway/settings_file.h"
#include "gateway/settings_ledger.h"
#include "identity/auth0_directory.h"
#include "identity/key_source.h"
#include "identity/token_rules.h"

namespace peerlab::gateway {

struct Settings {
  std::string address;
  std::string metrics_address;  // empty: no figures are served
  std::size_t connections_max;
  AdmissionRules admission;
  LedgerPlace ledger;
  identity::KeySource key_source;
  identity::TokenRules token_rules;
  identity::AgentKeys agent_keys;
  OperatorAccess operators;
  std::optional<identity::Auth0Tenant> directory;  // of e-mail addresses
  Offer offer;
  std::filesystem::path roa_file;     // that stayrtr reads; empty: no ROAs are published
  std::vector<std::string> warnings;  // legal, and yet the operator should know
};

// The strongest of each: flag, environment, file, default.
[[nodiscard]] SettingsFile strongest(GivenSettings flags, GivenSettings environment,
                                     SettingsFile file);

// Reads the files that the settings name.  An error says where the wrong value stands and what
// would be right there; no secret is in any error.
[[nodiscard]] Result<Settings> make_settings(const SettingsFile& settings);

// The effective configuration as a file that means the same, each value with its origin as a
// comment; of secrets only that they are set.
[[nodiscard]] std::string effective(const SettingsFile& settings);

}  // namespace peerlab::gateway

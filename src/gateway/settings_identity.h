// Who is let in: the settings about issuer, audiences, roles and keys.
#pragma once

#include "gateway/services.h"
#include "gateway/settings_reader.h"
#include "identity/agent_keys.h"
#include "identity/key_source.h"
#include "identity/token_rules.h"

namespace peerlab::gateway {

[[nodiscard]] identity::KeySource read_key_source(SettingsReader& reader);
[[nodiscard]] identity::TokenRules read_token_rules(SettingsReader& reader);
// Without any: AgentKeys::none().
[[nodiscard]] identity::AgentKeys read_agent_keys(SettingsReader& reader);
[[nodiscard]] OperatorAccess read_operators(SettingsReader& reader);

}  // namespace peerlab::gateway

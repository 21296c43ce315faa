#pragma once

#include <string_view>

#include "domain/mapping.h"
#include "ledger/ledger.h"

namespace peerlab::gateway {

// What an IXP server is told about a member: its subject leaves the gateway here and nowhere else,
// since the existing generator reads it.
[[nodiscard]] Mapping mapping_of(const HoldingMember& member, std::string_view issuer);

}  // namespace peerlab::gateway

#pragma once

#include "ledger/event.h"
#include "wire/operator_documents.h"

namespace peerlab::gateway {

// As its member may read it: an operator has no name.
[[nodiscard]] wire::MemberEvent readable(const Event& event);
// As operators read it.
[[nodiscard]] wire::NamedEvent readable_by_operators(const Event& event);

}  // namespace peerlab::gateway

#pragma once

#include <string>

#include "domain/mapping.h"
#include "identity/email_book.h"
#include "ledger/ledger.h"

namespace peerlab::gateway {

// What a mapping says that is not in the ledger.
struct MappingSources {
  std::string issuer;  // of the provider id
  identity::EmailBook& emails;
};

// What an IXP server is told about a member: its subject and its e-mail leave the gateway here and
// nowhere else, since the existing generator reads them.  An e-mail that is not known yet is absent
// and looked up behind: nobody waits for one.
[[nodiscard]] Mapping mapping_of(const HoldingMember& member, const MappingSources& sources,
                                 Instant now);

}  // namespace peerlab::gateway

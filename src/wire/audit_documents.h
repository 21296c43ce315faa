// The audit trail as operators read it and check it, both ends.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/chain.h"
#include "wire/operator_documents.h"

namespace peerlab::wire {

// An event in the chain.  `line` is what `link` seals; the other members say the same, readably.
struct AuditRow {
  std::uint64_t position;
  NamedEvent event;
  std::uint64_t member;
  std::string line;
  std::string link;
};

struct AuditPage {  // GET /operator/audit
  std::vector<AuditRow> rows;
  std::optional<std::string> next = {};  // ?after= of the following page
};
[[nodiscard]] std::string encode(const AuditPage& page);
[[nodiscard]] Result<AuditPage> parse_audit_page(std::string_view text);

// GET /operator/audit/verify
[[nodiscard]] std::string encode(const Chain& chain);
[[nodiscard]] Result<Chain> parse_chain(std::string_view text);

}  // namespace peerlab::wire

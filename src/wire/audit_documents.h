// The audit trail as operators read it and check it, both ends.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

struct ChainState {  // GET /operator/audit/verify
  std::uint64_t length = 0;
  std::string head;
  std::optional<std::uint64_t> first_broken = {};
};
[[nodiscard]] std::string encode(const ChainState& state);
[[nodiscard]] Result<ChainState> parse_chain_state(std::string_view text);

// Recomputes a chain from the lines of its rows, page by page, and trusts nobody's word about it.
class ChainCheck {
 public:
  void follow(const AuditRow& row);
  [[nodiscard]] const ChainState& state() const { return state_; }

 private:
  ChainState state_{0, std::string(64, '0')};
};

}  // namespace peerlab::wire

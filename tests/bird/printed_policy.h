// A printed policy, read back by a reader that shares nothing with the printer but the spelling.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/policy.h"

namespace peerlab::bird {

// What of a rule stands in the file.
struct PrintedRule {
  Ipv4 neighbour;
  std::optional<NodeId> node;  // sessions only
  Asn asn;
  std::string name;                  // of the member: the beginning of the hash, or a label
  Ipv6 next_hop;                     // :: where the function form has none: in quarantine
  std::optional<Ipv6> own_next_hop;  // sessions only
  auto operator<=>(const PrintedRule&) const = default;
};

struct PrintedPolicy {
  std::string digest;
  std::vector<PrintedRule> rules;               // in the order of the file
  std::vector<policy::LeaseRow> leases;         // who may announce what, sorted
  std::vector<policy::LeaseRow> in_quarantine;  // sorted
  std::vector<policy::LeaseRow> shadows;        // what is made of it, in the order of the file
};

// Malformed, with the first token that fits nowhere.  Everything in the file must be accounted for:
// whatever stands between the rows as written by hand is `by_hand`, word for word.
[[nodiscard]] Result<PrintedPolicy> read_sessions(std::string_view text);
[[nodiscard]] Result<PrintedPolicy> read_function(std::string_view text, std::string_view by_hand);

}  // namespace peerlab::bird

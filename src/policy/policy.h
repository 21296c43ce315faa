// What an IXP server permits: rows, sorted; same facts, same bytes (POLICY.md 1).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/asn.h"
#include "domain/node.h"
#include "domain/prefix48.h"
#include "domain/user_hash.h"

namespace peerlab::policy {

// One session a member may open: from this address, as this ASN.
struct Rule {
  Ipv4 neighbour;
  NodeId node;
  Asn asn;
  UserHash member;
  Ipv6 next_hop;                     // where this member's packets go
  std::optional<Ipv6> own_next_hop;  // our end of its link; nullopt where there are no links
  auto operator<=>(const Rule&) const = default;
};

// One /48 that one ASN may originate.
struct LeaseRow {
  Prefix48 prefix;
  Asn asn;
  auto operator<=>(const LeaseRow&) const = default;
};

class Policy {
 public:
  Policy() = default;
  // Sorts all; the caller (compile) has removed contradictions.  What is in quarantine is no lease.
  Policy(std::vector<Rule> rules, std::vector<LeaseRow> leases,
         std::vector<LeaseRow> in_quarantine = {});

  [[nodiscard]] const std::vector<Rule>& rules() const { return rules_; }  // by neighbour address
  [[nodiscard]] const std::vector<LeaseRow>& leases() const { return leases_; }  // by prefix
  // Held, but not to be announced: the holder changed its mind too often.  By prefix.
  [[nodiscard]] const std::vector<LeaseRow>& in_quarantine() const { return in_quarantine_; }
  [[nodiscard]] const Rule* rule_of(const Ipv4& neighbour) const;  // nullptr: unknown
  [[nodiscard]] bool leased(const Ipv6Prefix& prefix, const Asn& asn) const;
  [[nodiscard]] bool in_quarantine(const Ipv6Prefix& prefix, const Asn& asn) const;
  [[nodiscard]] std::string digest() const;  // SHA-256 over a canonical spelling, hexadecimal
  bool operator==(const Policy&) const = default;

 private:
  std::vector<Rule> rules_;
  std::vector<LeaseRow> leases_;
  std::vector<LeaseRow> in_quarantine_;
};

// What one policy has and the other has not, in people's words.
struct Change {
  enum class Kind {
    SessionGained,
    SessionLost,
    SessionChanged,
    LeaseGained,
    LeaseLost,
    QuarantineBegun,
    QuarantineEnded
  };
  Kind kind;
  std::string sentence;  // "member 7f3a91c2 (AS65000) may announce 3fff:100:1::/48"
  bool operator==(const Change&) const = default;
};
[[nodiscard]] std::vector<Change> diff(const Policy& before, const Policy& after);

}  // namespace peerlab::policy

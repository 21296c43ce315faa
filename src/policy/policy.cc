#include "policy/policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/digest.h"

namespace peerlab::policy {
namespace {

bool holds(const std::vector<LeaseRow>& rows, const Ipv6Prefix& prefix, const Asn& asn) {
  const auto whole = Prefix48::make(prefix);
  return whole && std::ranges::binary_search(rows, LeaseRow{*whole, asn});
}

}  // namespace

Policy::Policy(std::vector<Rule> rules, std::vector<LeaseRow> leases,
               std::vector<LeaseRow> in_quarantine)
    : rules_{std::move(rules)},
      leases_{std::move(leases)},
      in_quarantine_{std::move(in_quarantine)} {
  std::ranges::sort(rules_);
  std::ranges::sort(leases_);
  std::ranges::sort(in_quarantine_);
}

const Rule* Policy::rule_of(const Ipv4& neighbour) const {
  const auto found = std::ranges::lower_bound(rules_, neighbour, {}, &Rule::neighbour);
  return found != rules_.end() && found->neighbour == neighbour ? &*found : nullptr;
}

bool Policy::leased(const Ipv6Prefix& prefix, const Asn& asn) const {
  return holds(leases_, prefix, asn);
}

bool Policy::in_quarantine(const Ipv6Prefix& prefix, const Asn& asn) const {
  return holds(in_quarantine_, prefix, asn);
}

std::string Policy::digest() const {
  std::string text = "peerlab policy v1\n";
  const auto out = std::back_inserter(text);
  for (const Rule& rule : rules_) {
    fmt::format_to(out, "rule {} {} {} {} {} {}\n", rule.neighbour.text(), rule.node.number(),
                   rule.asn.text(), rule.member.text(), rule.next_hop.text(),
                   rule.own_next_hop ? rule.own_next_hop->text() : "-");
  }
  for (const LeaseRow& row : leases_) {
    fmt::format_to(out, "lease {} {}\n", row.prefix.text(), row.asn.text());
  }
  for (const LeaseRow& row : in_quarantine_) {
    fmt::format_to(out, "quarantine {} {}\n", row.prefix.text(), row.asn.text());
  }
  return sha256_hex(text);
}

}  // namespace peerlab::policy

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "policy/policy.h"

namespace peerlab::policy {
namespace {

std::string member_of(const Rule& rule) {
  return fmt::format("member {} (AS{})", rule.member.short_text(), rule.asn.text());
}

// A lease row names an ASN; the rules of the same policy say whose it is.
std::string holder_of(const LeaseRow& row, const Policy& policy) {
  const auto rule = std::ranges::find(policy.rules(), row.asn, &Rule::asn);
  return rule == policy.rules().end() ? "AS" + row.asn.text() : member_of(*rule);
}

std::string peering(const Rule& rule, std::string_view verb) {
  return fmt::format("{} {} peer from {} (node {})", member_of(rule), verb, rule.neighbour.text(),
                     rule.node.number());
}

// Of the same member on the same node.
std::string changes(const Rule& before, const Rule& after) {
  std::string text;
  const auto compare = [&](std::string_view what, const std::string& old, const std::string& now) {
    if (old == now) return;
    text += fmt::format("{}{} {} becomes {}", text.empty() ? "" : ", ", what, old, now);
  };
  const auto own = [](const Rule& rule) {
    return rule.own_next_hop ? rule.own_next_hop->text() : std::string{"none"};
  };
  compare("ASN", before.asn.text(), after.asn.text());
  compare("address", before.neighbour.text(), after.neighbour.text());
  compare("next hop", before.next_hop.text(), after.next_hop.text());
  compare("our own next hop", own(before), own(after));
  return fmt::format("{} on node {}: {}", member_of(after), after.node.number(), text);
}

std::map<NodeId, Rule> by_node(const Policy& policy) {
  std::map<NodeId, Rule> rules;
  for (const Rule& rule : policy.rules()) rules.emplace(rule.node, rule);
  return rules;
}

std::vector<LeaseRow> only_in_first(const std::vector<LeaseRow>& first,
                                    const std::vector<LeaseRow>& second) {
  std::vector<LeaseRow> rows;
  std::ranges::set_difference(first, second, std::back_inserter(rows));
  return rows;
}

}  // namespace

std::vector<Change> diff(const Policy& before, const Policy& after) {
  using Kind = Change::Kind;
  std::vector<Change> found;
  const std::map<NodeId, Rule> old = by_node(before);
  const std::map<NodeId, Rule> now = by_node(after);
  for (const auto& [node, rule] : old) {
    const auto same = now.find(node);
    if (same == now.end() || same->second.member != rule.member) {
      found.push_back({Kind::SessionLost, peering(rule, "may no longer")});
    } else if (same->second != rule) {
      found.push_back({Kind::SessionChanged, changes(rule, same->second)});
    }
  }
  for (const auto& [node, rule] : now) {
    const auto same = old.find(node);
    if (same == old.end() || same->second.member != rule.member) {
      found.push_back({Kind::SessionGained, peering(rule, "may")});
    }
  }
  for (const LeaseRow& row : only_in_first(before.leases(), after.leases())) {
    found.push_back({Kind::LeaseLost, fmt::format("{} may no longer announce {}",
                                                  holder_of(row, before), row.prefix.text())});
  }
  for (const LeaseRow& row : only_in_first(after.leases(), before.leases())) {
    found.push_back({Kind::LeaseGained,
                     fmt::format("{} may announce {}", holder_of(row, after), row.prefix.text())});
  }
  const auto& held = before.in_quarantine();
  for (const LeaseRow& row : only_in_first(after.in_quarantine(), held)) {
    found.push_back({Kind::QuarantineBegun, fmt::format("{} is in quarantine with {}",
                                                        holder_of(row, after), row.prefix.text())});
  }
  for (const LeaseRow& row : only_in_first(held, after.in_quarantine())) {
    found.push_back(
        {Kind::QuarantineEnded, fmt::format("{} is no longer in quarantine with {}",
                                            holder_of(row, before), row.prefix.text())});
  }
  return found;
}

}  // namespace peerlab::policy

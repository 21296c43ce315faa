#include "confgen/guard.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/digest.h"

namespace peerlab::confgen {
namespace {

UserHash key_of(const Mapping& mapping) { return mapping.user; }
NodeId key_of(const Node& node) { return node.id; }

template <class Record>
auto keys_of(const std::vector<Record>& records) {
  std::set<decltype(key_of(records.front()))> keys;
  for (const Record& record : records) keys.insert(key_of(record));
  return keys;
}

template <class Record>
std::size_t lost(const std::vector<Record>& before, const std::vector<Record>& fresh) {
  const auto still = keys_of(fresh);
  std::size_t count = 0;
  for (const auto& key : keys_of(before)) count += still.contains(key) ? 0 : 1;
  return count;
}

template <class Record>
bool shrinks(const std::vector<Record>& before, const std::vector<Record>& fresh) {
  const std::size_t known = keys_of(before).size(), gone = lost(before, fresh);
  return (known > 0 && fresh.empty()) || (gone > 3 && gone * 10 > known * 3);
}

// What only one record at a time can have.
std::vector<std::string> holdings_of(const Mapping& mapping) {
  std::vector<std::string> holdings{mapping.asn.text()};
  for (const LeasedPrefix& lease : mapping.leases) holdings.push_back(lease.prefix.text());
  return holdings;
}

std::vector<std::string> holdings_of(const Node& node) {
  std::vector<std::string> holdings;
  for (const Ipv4& address : node.ipv4) holdings.push_back(address.text());
  for (const Ipv6& address : node.ipv6) holdings.push_back(address.text());
  return holdings;
}

// The fresh records, and those of `before` that vanished.  Where a fresh one holds what a vanished
// one held (Headscale gives a deleted node's address out again), the vanished one is not kept: the
// two would be a contradiction, and the newcomer lose with it.
template <class Record>
std::vector<Record> without_loss(const std::vector<Record>& before, std::vector<Record> fresh) {
  const auto still = keys_of(fresh);
  std::set<std::string> held;
  for (const Record& record : fresh) {
    for (const std::string& holding : holdings_of(record)) held.insert(holding);
  }
  for (const Record& record : before) {
    const auto holdings = holdings_of(record);
    const bool given_away = std::any_of(holdings.begin(), holdings.end(), [&](const auto& holding) {
      return held.contains(holding);
    });
    if (!still.contains(key_of(record)) && !given_away) fresh.push_back(record);
  }
  return fresh;
}

std::string digest_of(const Facts& facts) {
  std::string text;
  for (const UserHash& user : keys_of(*facts.mappings)) text += user.text() + "\n";
  for (const NodeId& node : keys_of(*facts.nodes)) text += std::to_string(node.number()) + "\n";
  return sha256_hex(text);
}

}  // namespace

Guarded guard_shrink(const Facts& before, const Facts& fresh,
                     const std::optional<std::string>& held_before, bool accept_shrink) {
  if (!before.mappings || !before.nodes || !fresh.mappings || !fresh.nodes) {
    return {fresh, std::nullopt};
  }
  const bool members = shrinks(*before.mappings, *fresh.mappings);
  const bool nodes = shrinks(*before.nodes, *fresh.nodes);
  const std::string digest = digest_of(fresh);
  if ((!members && !nodes) || accept_shrink || held_before == digest) return {fresh, std::nullopt};
  const std::string why =
      members
          ? fmt::format("the gateway names {} of the {} members it named before",
                        keys_of(*before.mappings).size() - lost(*before.mappings, *fresh.mappings),
                        keys_of(*before.mappings).size())
          : fmt::format("Headscale names {} of the {} nodes it named before",
                        keys_of(*before.nodes).size() - lost(*before.nodes, *fresh.nodes),
                        keys_of(*before.nodes).size());
  return {Facts{without_loss(*before.mappings, *fresh.mappings),
                without_loss(*before.nodes, *fresh.nodes)},
          digest, why};
}

}  // namespace peerlab::confgen

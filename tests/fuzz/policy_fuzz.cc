// Two documents, nodes and mappings, with a zero byte between them: whatever they say, the policy
// grants no more than the facts.
#include <algorithm>

#include "base/text.h"
#include "bird/render.h"
#include "overlay/headscale.h"
#include "policy/compile.h"
#include "tests/fuzz/target.h"
#include "wire/mapping_document.h"

namespace peerlab::fuzz {
namespace {

const Instant kNow = *parse_rfc3339("2026-11-24T12:00:00Z");

policy::Site site() {
  return {.name = *policy::Label::parse("ixpfra01"),
          .asn = *Asn::make(64500),
          .router_id = *Ipv4::parse("100.64.0.1"),
          .overlay_ipv4 = *Ipv4::parse("100.64.0.1"),
          .overlay_ipv6 = *Ipv6::parse("fd7a:115c:a1e0::1"),
          .node_id = *NodeId::make(1),
          .pool = *PrefixPool::make({*Ipv6Prefix::parse("3fff:100::/40")}),
          .infrastructure = {*Ipv6Prefix::parse("3fff:200::/48")}};
}

// Exactly one member holds it now, inside the pool, with this ASN.
bool is_granted(const policy::LeaseRow& row, const std::vector<Mapping>& mappings) {
  const auto holds = [&](const Mapping& mapping) {
    return mapping.asn == row.asn &&
           std::ranges::any_of(mapping.leases, [&](const LeasedPrefix& lease) {
             return lease.prefix == row.prefix && lease.in_force(kNow);
           });
  };
  return std::ranges::count_if(mappings, holds) == 1 && site().pool.contains(row.prefix);
}

// A node with this address, not expired, and a member with this ASN.
bool is_known(const policy::Rule& rule, const std::vector<Node>& nodes,
              const std::vector<Mapping>& mappings) {
  return std::ranges::any_of(nodes,
                             [&](const Node& node) {
                               return node.id == rule.node && node.authorised(kNow) &&
                                      std::ranges::count(node.ipv4, rule.neighbour) == 1;
                             }) &&
         std::ranges::any_of(mappings, [&](const Mapping& mapping) {
           return mapping.user == rule.member && mapping.asn == rule.asn;
         });
}

}  // namespace
}  // namespace peerlab::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace peerlab;
  const auto [first, second] = split_once(fuzz::text_of(data, size), '\0');
  const auto nodes = overlay::parse_nodes(first);
  const auto mappings = wire::parse_mappings(second);
  if (!nodes || !mappings) return 0;
  const policy::Policy policy =
      policy::compile(mappings->records, nodes->records, fuzz::site(), fuzz::kNow).policy;
  for (const policy::LeaseRow& row : policy.leases()) {
    fuzz::promise(fuzz::is_granted(row, mappings->records));
  }
  for (const policy::Rule& rule : policy.rules()) {
    fuzz::promise(fuzz::is_known(rule, nodes->records, mappings->records));
  }
  fuzz::promise(!bird::render_sessions(policy).empty());
  return 0;
}

#include <fmt/format.h>

#include <iterator>

#include "bird/render.h"

namespace peerlab::bird {
namespace {

using policy::LeaseRow;
using policy::Policy;
using policy::Rule;

std::string spell(const Rule& rule, const Labels& labels) {
  const std::string own =
      rule.own_next_hop ? fmt::format("next hop address {}; ", rule.own_next_hop->text()) : "";
  const auto label = labels.find(rule.member);
  return fmt::format(
      "protocol bgp peerlab_n{0} from peerlab_template {{\n"
      "  description \"member={1}\";\n"
      "  dynamic name \"peerlab_n{0}_\"; neighbor range {2}/32 as {3};\n"
      "  ipv6 {{ {4}import where peerlab_judge({3}, {5}); }};\n"
      "}}\n",
      rule.node.number(), label == labels.end() ? rule.member.short_text() : label->second.text(),
      rule.neighbour.text(), rule.asn.text(), own, rule.next_hop.text());
}

void put_rows(std::string& text, const std::vector<LeaseRow>& rows) {
  const auto out = std::back_inserter(text);
  for (const LeaseRow& row : rows) {
    fmt::format_to(out, "  route {} max 48 as {};\n", row.prefix.text(), row.asn.text());
  }
}

}  // namespace

std::string render_sessions(const Policy& policy, const Labels& labels) {
  std::string text = fmt::format("# peerlab policy v1, generated: do not edit; policy sha256 {}\n",
                                 policy.digest());
  for (const Rule& rule : policy.rules()) text += spell(rule, labels);
  text += "protocol static peerlab_lease_rows { roa6 { table peerlab_leases; };\n";
  put_rows(text, policy.leases());
  text += "}\nprotocol static peerlab_quarantine_rows { roa6 { table peerlab_quarantine; };\n";
  put_rows(text, policy.in_quarantine());
  text += "}\nprotocol static peerlab_shadow { ipv6; igp table peerlab_live;\n";
  const auto out = std::back_inserter(text);
  for (const LeaseRow& row : policy.leases()) {
    fmt::format_to(out, "  route {} recursive {} {{ bgp_path.prepend({}); }};\n", row.prefix.text(),
                   row.prefix.first_address().text(), row.asn.text());
  }
  text += "}\n";
  return text;
}

}  // namespace peerlab::bird

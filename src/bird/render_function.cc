#include <fmt/format.h>

#include <iterator>

#include "bird/render.h"

namespace peerlab::bird {
namespace {

using policy::LeaseRow;
using policy::Policy;
using policy::Rule;
using policy::Server;

std::string pool_of(const Server& server) {
  if (!server.pool) return "::/0{48,48}";
  std::string text;
  for (const Ipv6Prefix& block : server.pool->blocks()) {
    text += fmt::format("{}{}{{48,48}}", text.empty() ? "" : ", ", block.text());
  }
  return text;
}

using LeasesByAsn = std::map<Asn, std::string>;  // "3fff:100:1::/48, 3fff:100:3::/48"

LeasesByAsn leases_by_asn(const std::vector<LeaseRow>& rows) {
  LeasesByAsn leases;
  for (const LeaseRow& row : rows) {
    std::string& text = leases[row.asn];
    text += (text.empty() ? "" : ", ") + row.prefix.text();
  }
  return leases;
}

std::string name_of(const UserHash& member, const Labels& labels) {
  const auto label = labels.find(member);
  return label == labels.end() ? member.short_text() : label->second.text();
}

// The arm only calls: a keyword in it would be a new symbol in a new scope, and 10,000 of those
// take BIRD 2.0.12 seconds.
std::string arm(const Rule& rule, const std::string& call, const Labels& labels) {
  return fmt::format(
      "    # User: {}\n"
      "    {}: {};\n",
      name_of(rule.member, labels), rule.neighbour.text(), call);
}

// A member in quarantine has no leases but those.
std::string call_for(const Rule& rule, const LeasesByAsn& leases,
                     const LeasesByAsn& in_quarantine) {
  if (const auto held = in_quarantine.find(rule.asn); held != in_quarantine.end()) {
    return fmt::format("enforce_user_quarantine({}, [ {} ])", rule.asn.text(), held->second);
  }
  const auto own = leases.find(rule.asn);
  return fmt::format("enforce_user_admit({}, [ {}], {})", rule.asn.text(),
                     own == leases.end() ? "" : own->second + " ", rule.next_hop.text());
}

}  // namespace

Labels email_labels(std::span<const Mapping> mappings) {
  Labels labels;
  for (const Mapping& mapping : mappings) {
    if (!mapping.email) continue;
    const Result<EmailLabel> label = EmailLabel::parse(*mapping.email);
    if (!label) continue;
    // A member listed twice: the same label whatever the order.
    const auto [at, first] = labels.emplace(mapping.user, *label);
    if (!first) at->second = std::min(at->second, *label);
  }
  return labels;
}

std::string render_function(const Policy& policy, const Server& server, const Labels& labels) {
  std::string text = fmt::format(
      "# peerlab policy v1, function form, generated: do not edit; policy sha256 {}\n"
      "define ENFORCE_USER_AS   = {};\n"
      "define ENFORCE_USER_POOL = [ {} ];\n\n{}"
      "\nfunction enforce_user_policy(ip remote_ip)\n{{\n  case remote_ip {{\n",
      policy.digest(), server.asn ? server.asn->text() : "0", pool_of(server), function_decision());
  const LeasesByAsn leases = leases_by_asn(policy.leases());
  const LeasesByAsn in_quarantine = leases_by_asn(policy.in_quarantine());
  for (const Rule& rule : policy.rules()) {
    text += arm(rule, call_for(rule, leases, in_quarantine), labels);
  }
  text +=
      "    # Unknown user\n"
      "    else: enforce_user_refuse(102);\n"
      "  }\n}\n\n"
      "ipv6 table enforce_user_live;\n"
      "ipv6 table enforce_user_shadow;\n"
      "protocol static peerlab_shadow { ipv6 { table enforce_user_shadow; }; "
      "igp table enforce_user_live;\n";
  const auto out = std::back_inserter(text);
  for (const LeaseRow& row : policy.leases()) {
    fmt::format_to(out, "  route {} recursive {} {{ bgp_path.prepend({}); }};\n", row.prefix.text(),
                   row.prefix.first_address().text(), row.asn.text());
  }
  return text + "}\n";
}

}  // namespace peerlab::bird

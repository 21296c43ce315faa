#include "tests/bird/oracle.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>

#include "base/text.h"
#include "tests/bird/shown_routes.h"

namespace peerlab::bird {
namespace {

using policy::Policy;
using policy::Verdict;

// A pipe has every route, not only the best, and sees the weight that the import filter left.
constexpr std::string_view kTellWishes = R"(
ipv6 table told;
function oracle_tell()
{
  bgp_large_community.add((PEERLAB_AS, 2000, peerlab_prepends()));
  if peerlab_withheld(4) then bgp_large_community.add((PEERLAB_AS, 2001, 1));
  if peerlab_withheld(8) then bgp_large_community.add((PEERLAB_AS, 2001, 2));
  if peerlab_withheld(16) then bgp_large_community.add((PEERLAB_AS, 2001, 3));
  return proto ~ "case*";
}
protocol pipe tell { table master6; peer table told; import none; export where oracle_tell(); }
)";

std::string filter(const Policy& policy, Form form, const Ipv4& neighbour) {
  if (form == Form::Function) {
    return fmt::format("import filter {{ enforce_user_policy({}); accept; }};", neighbour.text());
  }
  const policy::Rule& rule = *policy.rule_of(neighbour);
  return fmt::format("import where peerlab_judge({}, {});", rule.asn.text(), rule.next_hop.text());
}

std::string spelled(const Announcement& one, std::string_view filter, std::size_t number) {
  std::string carried = "bgp_path.empty; bgp_large_community.empty;";
  for (auto asn = one.path.rbegin(); asn != one.path.rend(); ++asn) {
    carried += fmt::format(" bgp_path.prepend({});", *asn);
  }
  for (const LargeCommunity& community : one.communities) {
    carried += fmt::format(" bgp_large_community.add(({}, {}, {}));", community.administrator,
                           community.function, community.parameter);
  }
  std::string text = fmt::format(
      "protocol static case{} {{\n  ipv6 {{ import keep filtered on; {} }};\n", number, filter);
  for (const Ipv6Prefix& prefix : one.prefixes) {
    text += fmt::format("  route {} unreachable {{ {} }};\n", prefix.text(), carried);
  }
  return text + "}\n";
}

Verdict told(const ShownRoute& shown, const Asn& platform, bool accepted) {
  Verdict verdict;
  for (const LargeCommunity& community : shown.route.communities) {
    EXPECT_EQ(community.administrator, platform.number()) << shown.protocol;
    if (community.function == policy::kReasonFunction) {
      verdict.reasons.push_back(policy::reason_numbered(community.parameter).value());
    }
    if (community.function == 2000) verdict.wishes.prepends = community.parameter;
    if (community.function != 2001) continue;
    if (community.parameter == 1) verdict.wishes.withheld_from_upstreams = true;
    if (community.parameter == 2) verdict.wishes.withheld_from_route_servers = true;
    if (community.parameter == 3) verdict.wishes.withheld_from_members = true;
  }
  std::ranges::sort(verdict.reasons);
  EXPECT_EQ(verdict.accepted(), accepted) << shown.protocol << " " << shown.route.prefix.text();
  return verdict;
}

void collect(Verdicts& verdicts, const std::string& text, const Asn& platform, bool accepted) {
  for (const ShownRoute& shown : shown_routes(text)) {
    std::string_view name = shown.protocol;
    if (!name.starts_with("case")) continue;
    name.remove_prefix(4);
    const auto number = parse_decimal<std::size_t>(name).value();
    const bool once =
        verdicts.emplace(std::pair{number, shown.route.prefix}, told(shown, platform, accepted))
            .second;
    EXPECT_TRUE(once) << shown.protocol << " shows " << shown.route.prefix.text() << " twice";
    if (testing::Test::HasFailure()) return;  // thousands would say the same
  }
}

}  // namespace

Result<Verdicts> ask_bird(const Policy& policy, const policy::Site& site, Form form,
                          const std::vector<Announcement>& all) {
  std::string more{kTellWishes};
  for (std::size_t i = 0; i < all.size(); ++i) {
    more += spelled(all[i], filter(policy, form, all[i].neighbour), i);
  }
  const auto bird = LiveBird::start(laboratory(policy, site, more, form));
  if (!bird) return fail(bird.error());
  Verdicts verdicts;
  collect(verdicts, (*bird)->ask("show route all table told"), site.asn, true);
  collect(verdicts, (*bird)->ask("show route all filtered table master6"), site.asn, false);
  return verdicts;
}

}  // namespace peerlab::bird

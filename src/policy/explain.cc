#include "policy/explain.h"

#include <algorithm>
#include <array>

namespace peerlab::policy {
namespace {

struct Step {
  Reason reason;
  std::string_view passed;
  bool ends;  // nothing more is looked at where it fails
};

constexpr std::array kSteps{
    Step{Reason::UnknownNode, "the session comes from a member's node", true},
    Step{Reason::EmptyPath, "the AS path is not empty", true},
    Step{Reason::PathTooLong, "the AS path has at most four ASNs", true},
    Step{Reason::OutsidePool, "the prefix is a /48 of the pool", false},
    Step{Reason::ForeignAsnInPath, "the AS path holds the member's own ASN only", false},
    Step{Reason::TooManyChanges, "it is not in quarantine", false},
    Step{Reason::NoActiveLease, "the member holds a lease on it now", false},
};

bool is_withheld(const Wishes& wishes, Group group) {
  switch (group) {
    case Group::Upstreams:
      return wishes.withheld_from_upstreams;
    case Group::RouteServers:
      return wishes.withheld_from_route_servers;
    case Group::Members:
      return wishes.withheld_from_members;
  }
  return true;
}

// Members see the member's ASN behind the platform's, as often as it was announced; the world sees
// the platform's only, as often.
std::vector<std::uint32_t> path_to(Group group, const Site& site, const Route& route) {
  if (group != Group::Members) {
    return std::vector<std::uint32_t>(route.path.size(), site.asn.number());
  }
  std::vector<std::uint32_t> path{site.asn.number()};
  path.insert(path.end(), route.path.begin(), route.path.end());
  return path;
}

}  // namespace

Explanation explain(const Policy& policy, const Site& site, const Ipv4& neighbour,
                    const Route& route) {
  const Verdict verdict = judge(policy, site, neighbour, route);
  Explanation explanation;
  bool ended = false;
  for (const Step& step : kSteps) {
    const bool failed = std::ranges::find(verdict.reasons, step.reason) != verdict.reasons.end();
    const CheckResult result = failed  ? CheckResult::Failed
                               : ended ? CheckResult::NotReached
                                       : CheckResult::Passed;
    explanation.checks.push_back({step.reason, step.passed, result});
    ended = ended || (failed && step.ends);
  }
  if (!verdict.accepted()) return explanation;
  for (const GroupEntry& entry : kGroups) {
    explanation.sights.push_back(
        {entry.group, is_withheld(verdict.wishes, entry.group), path_to(entry.group, site, route)});
  }
  return explanation;
}

}  // namespace peerlab::policy

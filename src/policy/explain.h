// policy::judge told step by step: what was looked at, with which result, and who would then see
// what.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "policy/group.h"
#include "policy/judge.h"

namespace peerlab::policy {

enum class CheckResult {
  Passed,
  Failed,
  NotReached
};  // a failed check before it ends the judgement

struct Check {
  Reason reason;            // what a failure is called
  std::string_view passed;  // what holds where it passes
  CheckResult result;
};

// What one group of neighbours would receive.
struct Sight {
  Group group;
  bool withheld = false;
  std::vector<std::uint32_t> path = {};  // as the neighbour sees it, the platform's AS first
};

struct Explanation {
  std::vector<Check> checks;  // in the order in which the router makes them
  std::vector<Sight> sights;  // of each group; empty where the route is refused
  [[nodiscard]] bool accepted() const { return !sights.empty(); }
};

// Agrees with judge about every route.  RPKI is not in it: it is asked at the export, and its
// answer changes with the ROAs.
[[nodiscard]] Explanation explain(const Policy& policy, const Site& site, const Ipv4& neighbour,
                                  const Route& route);

}  // namespace peerlab::policy

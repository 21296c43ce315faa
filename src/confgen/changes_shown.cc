#include "confgen/changes_shown.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <cmath>
#include <ostream>

#include "policy/reason.h"

namespace peerlab::confgen {
namespace {

namespace json = boost::json;

std::string damping_of(const ChangeStanding& standing, Instant now) {
  const std::string figure =
      fmt::format("{:.0f} of {:.0f}", standing.penalty(now), damping::kSuppress);
  const auto until = standing.suppressed_until(now);
  return until ? fmt::format("{}: networks that damp may suppress it until {}", figure,
                             rfc3339(*until))
               : figure;
}

}  // namespace

void print_changes(std::ostream& out, const ChangeLedger& ledger, Instant now) {
  bool nobody = true;
  for (const auto& [member, standing] : ledger.members) {
    const auto& quarantine = standing.quarantine();
    if (!quarantine) continue;
    nobody = false;
    const policy::ReasonEntry& reason = policy::describe(policy::Reason::TooManyChanges);
    out << fmt::format(
        "quarantined member {}: since {}, until {} ({} s more), {} in a row; {} {}\n",
        member.short_text(), rfc3339(quarantine->since), rfc3339(quarantine->until),
        (quarantine->until - now).count(), standing.kept().times, policy::number_of(reason.reason),
        reason.slug);
    if (!standing.kept().overspent) continue;
    out << "            and goes on changing: the next one begins at its end\n";
  }
  if (nobody) out << "quarantined nobody\n";
  for (const auto& [member, standing] : ledger.members) {
    const Changes& total = standing.kept().total;
    out << fmt::format(
        "changes     member {}: {} announcements ({} in place of another), {} withdrawals, {} "
        "sessions begun, {} lost; damping penalty {}\n",
        member.short_text(), total.announcements, total.replacements, total.withdrawals,
        total.establishments, total.losses, damping_of(standing, now));
  }
}

json::array quarantined_as_json(const ChangeLedger& ledger, Instant now) {
  json::array array;
  for (const auto& [member, standing] : ledger.members) {
    const auto& quarantine = standing.quarantine();
    if (!quarantine) continue;
    const policy::ReasonEntry& reason = policy::describe(policy::Reason::TooManyChanges);
    array.push_back(json::object{{"member", member.text()},
                                 {"since", rfc3339(quarantine->since)},
                                 {"until", rfc3339(quarantine->until)},
                                 {"seconds_left", (quarantine->until - now).count()},
                                 {"times", standing.kept().times},
                                 {"goes_on_changing", standing.kept().overspent},
                                 {"reason", policy::number_of(reason.reason)},
                                 {"slug", reason.slug},
                                 {"sentence", reason.sentence},
                                 {"advice", reason.advice}});
  }
  return array;
}

json::array changes_as_json(const ChangeLedger& ledger, Instant now) {
  json::array array;
  for (const auto& [member, standing] : ledger.members) {
    const Changes& total = standing.kept().total;
    const auto until = standing.suppressed_until(now);
    array.push_back(json::object{
        {"member", member.text()},
        {"announcements", total.announcements},
        {"replacements", total.replacements},
        {"withdrawals", total.withdrawals},
        {"sessions_begun", total.establishments},
        {"sessions_lost", total.losses},
        {"damping_penalty", static_cast<std::int64_t>(std::lround(standing.penalty(now)))},
        {"damping_suppress", static_cast<std::int64_t>(damping::kSuppress)},
        {"damped_until", until ? json::value(rfc3339(*until)) : json::value(nullptr)}});
  }
  return array;
}

}  // namespace peerlab::confgen

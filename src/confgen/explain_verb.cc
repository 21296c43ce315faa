#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json.hpp>
#include <iostream>

#include "confgen/exit_code.h"
#include "confgen/rpki_word.h"
#include "confgen/site_file.h"
#include "confgen/turn.h"
#include "confgen/verbs.h"
#include "policy/compile.h"
#include "policy/explain.h"

namespace peerlab::confgen {
namespace {

namespace json = boost::json;
using policy::Check;
using policy::CheckResult;
using policy::Explanation;
using policy::Sight;

std::string_view name_of(CheckResult result) {
  switch (result) {
    case CheckResult::Passed:
      return "ok";
    case CheckResult::Failed:
      return "FAIL";
    case CheckResult::NotReached:
      return "-";
  }
  return "";
}

std::string_view name_of(policy::Group group) {
  switch (group) {
    case policy::Group::Upstreams:
      return "upstreams";
    case policy::Group::RouteServers:
      return "route servers";
    case policy::Group::Members:
      return "other members";
  }
  return "";
}

// What the filter cannot say itself, with what it is told by.
struct Remark {
  policy::Reason reason;
  std::string why;
};

std::vector<Remark> remarks_on(const Announcement& announcement, const policy::Policy& policy,
                               const Kept& kept, Instant now) {
  const std::vector<Mapping>& mappings = *kept.facts.mappings;
  const policy::Rule* const rule = policy.rule_of(announcement.neighbour);
  if (rule == nullptr) return {};
  std::vector<Remark> remarks;
  const std::vector<std::uint32_t>& path = announcement.route.path;
  if (!path.empty() && path.front() != rule->asn.number()) {
    remarks.push_back(
        {policy::Reason::FirstAsIsNotPeer, "BIRD itself takes it as withdrawn, before any filter"});
  }
  const auto standing = kept.changes.members.find(rule->member);
  if (standing != kept.changes.members.end() && standing->second.quarantine()) {
    remarks.push_back({policy::Reason::TooManyChanges,
                       "in quarantine until " + rfc3339(standing->second.quarantine()->until)});
  }
  const auto member = std::ranges::find(mappings, rule->member, &Mapping::user);
  const auto prefix = Prefix48::make(announcement.route.prefix);
  if (member == mappings.end() || !prefix) return remarks;
  for (const LeasedPrefix& lease : member->leases) {
    if (lease.prefix == *prefix && lease.window && lease.window->end() <= now) {
      remarks.push_back({policy::Reason::LeaseEnded, "at " + rfc3339(lease.window->end())});
    }
  }
  return remarks;
}

void print(std::ostream& out, const std::vector<Remark>& remarks) {
  for (const Remark& remark : remarks) {
    const policy::ReasonEntry& reason = policy::describe(remark.reason);
    out << fmt::format("     {:>3} {}: {} ({}) {}\n", policy::number_of(remark.reason), reason.slug,
                       reason.sentence, remark.why, reason.advice);
  }
}

// RPKI keeps a prefix from the world, and from no member.
bool is_kept(const Sight& sight, std::optional<bool> rpki_invalid) {
  return sight.group != policy::Group::Members && rpki_invalid.value_or(false);
}

std::string spelled(const Sight& sight, std::optional<bool> rpki_invalid) {
  if (sight.withheld) return "withheld, as its community asks";
  if (is_kept(sight, rpki_invalid)) {
    const policy::ReasonEntry& reason = policy::describe(policy::Reason::RpkiInvalid);
    return fmt::format("not told: {} {}: {} {}", policy::number_of(reason.reason), reason.slug,
                       reason.sentence, reason.advice);
  }
  return fmt::format("see path {}", fmt::join(sight.path, " "));
}

void print(std::ostream& out, const Explanation& told, std::optional<bool> rpki_invalid) {
  for (const Check& check : told.checks) {
    const policy::ReasonEntry& reason = policy::describe(check.reason);
    const bool failed = check.result == CheckResult::Failed;
    const std::string text = failed ? fmt::format("{} {}", reason.sentence, reason.advice)
                             : check.result == CheckResult::Passed ? std::string{check.passed}
                                                                   : "not looked at any more";
    out << fmt::format("{:<4} {:>3} {}: {}\n", name_of(check.result),
                       policy::number_of(check.reason), reason.slug, text);
  }
  if (!told.accepted()) out << "refused: nobody sees it\n";
  for (const Sight& sight : told.sights) {
    out << fmt::format("{}: {}\n", name_of(sight.group), spelled(sight, rpki_invalid));
  }
  if (told.accepted() && !rpki_invalid) {
    out << "BIRD does not say what RPKI says: where that is invalid, the world is not told (13).\n";
  }
}

json::object as_json(const Explanation& told, const std::vector<Remark>& remarks,
                     std::optional<bool> rpki_invalid) {
  json::array checks, sights, more;
  for (const Remark& remark : remarks) {
    const policy::ReasonEntry& reason = policy::describe(remark.reason);
    more.push_back(json::object{
        {"reason", policy::number_of(remark.reason)}, {"slug", reason.slug}, {"why", remark.why}});
  }
  for (const Check& check : told.checks) {
    const policy::ReasonEntry& reason = policy::describe(check.reason);
    const bool failed = check.result == CheckResult::Failed;
    json::object object{{"reason", policy::number_of(check.reason)},
                        {"slug", reason.slug},
                        {"result", failed                                ? "failed"
                                   : check.result == CheckResult::Passed ? "passed"
                                                                         : "not reached"}};
    if (failed) object["sentence"] = reason.sentence, object["advice"] = reason.advice;
    checks.push_back(std::move(object));
  }
  for (const Sight& sight : told.sights) {
    sights.push_back(json::object{{"group", name_of(sight.group)},
                                  {"withheld", sight.withheld},
                                  {"rpki_invalid", is_kept(sight, rpki_invalid)},
                                  {"path", json::value_from(sight.path)}});
  }
  return {
      {"accepted", told.accepted()}, {"checks", std::move(checks)}, {"exports", std::move(sights)}};
}

}  // namespace

int run_explain(const ExplainOptions& options, const Clock& clock, std::ostream& out) {
  const Result<policy::Site> site = read_site_file(options.site_file);
  if (!site) {
    say(site.error().detail);
    return exit_code::kUsage;
  }
  Kept kept = load_kept(options.state_directory, Damaged::Leave);
  if (!kept.facts.mappings || !kept.facts.nodes) {
    say(fmt::format("no facts are kept in {}: is it the --state-directory of the service?",
                    options.state_directory.string()));
    return exit_code::kFailed;
  }
  const Instant now = clock.now();
  (void)settle(kept.changes, site->change_budget, now);
  const auto compiled = policy::compile(*kept.facts.mappings, *kept.facts.nodes, *site, now,
                                        quarantined_in(kept.changes));
  const Announcement& announcement = options.announcement;
  const Explanation told =
      policy::explain(compiled.policy, *site, announcement.neighbour, announcement.route);
  const auto rpki_invalid = is_rpki_invalid(options.bird_socket, announcement.route.prefix, *site);
  const std::vector<Remark> remarks = remarks_on(announcement, compiled.policy, kept, now);
  if (options.json) {
    out << json::serialize(as_json(told, remarks, rpki_invalid)) << "\n";
  } else {
    print(out, remarks);
    print(out, told, rpki_invalid);
  }
  return exit_code::kDone;
}

}  // namespace peerlab::confgen

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/json.hpp>
#include <iostream>

#include "confgen/exit_code.h"
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

void print(std::ostream& out, const Explanation& told) {
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
    out << fmt::format("{}: {}\n", name_of(sight.group),
                       sight.withheld ? "withheld, as its community asks"
                                      : fmt::format("see path {}", fmt::join(sight.path, " ")));
  }
  if (told.accepted()) {
    out << "Upstreams and route servers see it unless RPKI says that it is invalid (reason 13).\n";
  }
}

json::object as_json(const Explanation& told) {
  json::array checks, sights;
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
  const Kept kept = load_kept(options.state_directory);
  if (!kept.facts.mappings || !kept.facts.nodes) {
    say(fmt::format("no facts are kept in {}: is it the --state-directory of the service?",
                    options.state_directory.string()));
    return exit_code::kFailed;
  }
  const auto compiled =
      policy::compile(*kept.facts.mappings, *kept.facts.nodes, *site, clock.now());
  const Explanation told = policy::explain(compiled.policy, *site, options.announcement.neighbour,
                                           options.announcement.route);
  if (options.json) {
    out << json::serialize(as_json(told)) << "\n";
  } else {
    print(out, told);
  }
  return exit_code::kDone;
}

}  // namespace peerlab::confgen

#include <fmt/format.h>

#include <boost/json.hpp>
#include <iostream>

#include "base/json.h"
#include "confgen/changes_shown.h"
#include "confgen/closings_shown.h"
#include "confgen/exit_code.h"
#include "confgen/report.h"
#include "confgen/state.h"
#include "confgen/turn.h"
#include "confgen/verbs.h"

namespace peerlab::confgen {
namespace {

namespace json = boost::json;

struct Standing {
  Report report;
  State state;
  Closings closings;
  ChangeLedger changes;
  std::vector<std::string> set_aside;
  Instant now;
};

json::value spelled(const std::optional<Instant>& instant) {
  return instant ? json::value(rfc3339(*instant)) : json::value(nullptr);
}

json::value age(const std::optional<Instant>& instant, Instant now) {
  return instant ? json::value((now - *instant).count()) : json::value(nullptr);
}

json::array spelled(const std::vector<Skipped>& list) {
  json::array array;
  for (const Skipped& one : list) {
    array.push_back(json::object{{"what", one.what}, {"reason", one.reason}});
  }
  return array;
}

json::object as_json(const Standing& standing) {
  const auto& [report, state, closings, changes, set_aside, now] = standing;
  json::array sources;
  for (const SourceReport& source : report.sources) {
    sources.push_back(json::object{{"name", source.name},
                                   {"answered_at", spelled(source.answered_at)},
                                   {"age_seconds", age(source.answered_at, now)},
                                   {"failure", source.failure}});
  }
  json::value error = nullptr;
  if (const auto& last = report.last_error) {
    error = json::object{
        {"at", rfc3339(last->at)}, {"exit_code", last->exit_code}, {"sentence", last->sentence}};
  }
  return {{"generation", state.generation},
          {"accepted_at", spelled(state.accepted_at)},
          {"age_seconds", age(state.accepted_at, now)},
          {"policy_sha256", state.accepted ? json::value(*state.accepted) : json::value(nullptr)},
          {"applying", state.applying.has_value()},
          {"sessions", report.sessions},
          {"leases", report.leases},
          {"last_run_at", spelled(report.ran_at)},
          {"sources", std::move(sources)},
          {"skipped", spelled(report.skipped)},
          {"contradictions", spelled(report.contradictions)},
          {"held", report.held},
          {"quarantined", quarantined_as_json(changes, now)},
          {"changes", changes_as_json(changes, now)},
          {"closed_sessions", closings_as_json(closings, now)},
          {"set_aside", json::array(set_aside.begin(), set_aside.end())},
          {"last_error", std::move(error)}};
}

std::string ago(const std::optional<Instant>& instant, Instant now) {
  return instant ? fmt::format("{} ({} s ago)", rfc3339(*instant), (now - *instant).count())
                 : "never";
}

void print(std::ostream& out, const Standing& standing) {
  const auto& [report, state, closings, changes, set_aside, now] = standing;
  out << fmt::format("policy      generation {}, accepted {}\n", state.generation,
                     ago(state.accepted_at, now));
  if (state.applying) out << "            being applied, or the last run did not get to its end\n";
  out << fmt::format("compiled    {} sessions, {} leases\n", report.sessions, report.leases)
      << fmt::format("last run    {}\n", ago(report.ran_at, now));
  for (const SourceReport& source : report.sources) {
    out << fmt::format("source      {}: answered {}{}\n", source.name, ago(source.answered_at, now),
                       source.failure.empty() ? "" : "; now: " + source.failure);
  }
  if (!report.held.empty()) out << fmt::format("held        {}\n", report.held);
  for (const Skipped& one : report.contradictions) {
    out << fmt::format("left out    {}: {} (a contradiction)\n", one.what, one.reason);
  }
  for (const Skipped& one : report.skipped) {
    out << fmt::format("skipped     {}: {}\n", one.what, one.reason);
  }
  print_changes(out, changes, now);
  print_closings(out, closings, now);
  for (const std::string& name : set_aside) {
    out << fmt::format("set aside   {}: a run could not read it; see to the disk, and remove it\n",
                       name);
  }
  if (const auto& last = report.last_error) {
    out << fmt::format("last error  {}, exit code {}: {}\n", rfc3339(last->at), last->exit_code,
                       last->sentence);
  }
}

}  // namespace

int run_status(const StatusOptions& options, const Clock& clock, std::ostream& out) {
  const Result<Report> report = load_report(report_file(options.state_directory));
  if (!report) {
    say(report.error().kind == ErrorKind::NotFound
            ? fmt::format("no run has left anything in {}: is it the --state-directory of the "
                          "service?",
                          options.state_directory.string())
            : report.error().detail);
    return exit_code::kFailed;
  }
  const auto state = state_file(options.state_directory);
  const auto closings = closings_file(options.state_directory);
  const auto changes = change_ledger_file(options.state_directory);
  const Standing standing{
      *report,
      read_or_anew(load_state(state), state, kWithoutState, Damaged::Leave),
      read_or_anew(load_closings(closings), closings, kWithoutClosings, Damaged::Leave),
      read_or_anew(load_change_ledger(changes), changes, kWithoutChanges, Damaged::Leave),
      set_aside_in(options.state_directory),
      clock.now()};
  if (options.json) {
    out << json::serialize(as_json(standing)) << "\n";
  } else {
    print(out, standing);
  }
  return exit_code::kDone;
}

}  // namespace peerlab::confgen

#include <fmt/format.h>

#include <boost/json.hpp>
#include <iostream>

#include "base/digest.h"
#include "base/file.h"
#include "base/process.h"
#include "confgen/exit_code.h"
#include "confgen/guard.h"
#include "confgen/report.h"
#include "confgen/site_file.h"
#include "confgen/turn.h"
#include "confgen/verbs.h"
#include "policy/compile.h"

namespace peerlab::confgen {
namespace {

namespace json = boost::json;

struct Plan {
  std::vector<policy::Change> changes;
  std::string text_diff;  // unified; empty: the file stays as it is
  std::vector<std::string> remarks;
  [[nodiscard]] bool would_change() const { return !text_diff.empty(); }
};

int leave(int code, std::string_view line) {
  say(line);
  return code;
}

Result<std::string> text_diff(const std::filesystem::path& file, const std::string& text) {
  const bool exists = std::filesystem::exists(file);
  const Result<Outcome> outcome = run({{"diff", "-u", "--label", file.string(), "--label",
                                        "planned", exists ? file.string() : "/dev/null", "-"},
                                       {},
                                       {},
                                       text});
  if (!outcome) return fail(outcome.error());
  if (outcome->exit_code > 1) return fail(ErrorKind::Internal, "diff: " + outcome->errors);
  return outcome->output;
}

// Sources are asked where they are named; without, the kept facts are what there is.
Collected facts_for(const OneShotOptions& options, const Facts& kept) {
  return options.mappings_url.empty() ? Collected{kept, {}, {}} : collect(options, kept);
}

Result<Plan> plan_for(const OneShotOptions& options, const std::optional<policy::Site>& site,
                      Instant now) {
  Kept kept = load_kept(options.state_directory, Damaged::Leave);
  const policy::Quarantined before_settled = quarantined_in(kept.changes);
  if (site) (void)settle(kept.changes, site->change_budget, now);
  const Collected collected = facts_for(options, kept.facts);
  if (!collected.facts.mappings || !collected.facts.nodes) {
    return fail(ErrorKind::NotFound, fmt::format("no facts are kept in {} and no source says any",
                                                 options.state_directory.string()));
  }
  const policy::Server server = site ? policy::server_of(*site) : policy::Server{options.asn};
  const Guarded guarded =
      guard_shrink(kept.facts, collected.facts, kept.state.held, options.accept_shrink);
  const auto compile_at = [&](const Facts& facts, Instant instant,
                              const policy::Quarantined& quarantined) {
    return policy::compile(facts.mappings.value_or(std::vector<Mapping>{}),
                           facts.nodes.value_or(std::vector<Node>{}), server, instant, quarantined)
        .policy;
  };
  const auto after = compile_at(guarded.facts, now, quarantined_in(kept.changes));
  const Result<std::string> difference =
      text_diff(options.output_file,
                spelled_policy(after, *guarded.facts.mappings, server, options.spelling));
  if (!difference) return fail(difference.error());
  // The policy in the file is what the last run made of the kept facts.
  const Result<Report> report = load_report(report_file(options.state_directory));
  const auto before =
      compile_at(kept.facts, report ? report->ran_at.value_or(now) : now, before_settled);
  Plan plan{policy::diff(before, after), *difference, collected.failures};
  const Result<std::string> file = read_file(options.output_file);
  if (file && kept.state.accepted != sha256_hex(*file)) {
    plan.remarks.push_back(
        "the file is not the policy BIRD last accepted: the words compare with "
        "what the last run compiled, the text with the file");
  }
  if (guarded.held) plan.remarks.push_back(guarded.why + "; that is held for one confirmation");
  return plan;
}

void print(std::ostream& out, const Plan& plan) {
  for (const policy::Change& change : plan.changes) out << change.sentence << "\n";
  if (!plan.changes.empty()) out << "\n";
  out << (plan.would_change() ? plan.text_diff : "Nothing would change.\n");
}

std::string_view name_of(policy::Change::Kind kind) {
  using Kind = policy::Change::Kind;
  switch (kind) {
    case Kind::SessionGained:
      return "session-gained";
    case Kind::SessionLost:
      return "session-lost";
    case Kind::SessionChanged:
      return "session-changed";
    case Kind::LeaseGained:
      return "lease-gained";
    case Kind::LeaseLost:
      return "lease-lost";
    case Kind::QuarantineBegun:
      return "quarantine-begun";
    case Kind::QuarantineEnded:
      return "quarantine-ended";
  }
  return "";
}

json::object as_json(const Plan& plan) {
  json::array changes;
  for (const policy::Change& change : plan.changes) {
    changes.push_back(json::object{{"kind", name_of(change.kind)}, {"sentence", change.sentence}});
  }
  return {{"would_change", plan.would_change()},
          {"changes", std::move(changes)},
          {"remarks", json::value_from(plan.remarks)},
          {"diff", plan.text_diff}};
}

}  // namespace

int run_plan(const PlanOptions& options, const Clock& clock, std::ostream& out) {
  std::optional<policy::Site> site;
  if (!options.one_shot.site_file.empty()) {
    const Result<policy::Site> read = read_site_file(options.one_shot.site_file);
    if (!read) return leave(exit_code::kUsage, read.error().detail);
    site = *read;
  }
  const Result<Plan> plan = plan_for(options.one_shot, site, clock.now());
  if (!plan) return leave(exit_code::kFailed, plan.error().detail);
  if (options.json) {
    out << json::serialize(as_json(*plan)) << "\n";
  } else {
    for (const std::string& remark : plan->remarks) say(remark);
    print(out, *plan);
  }
  return plan->would_change() ? exit_code::kWouldChange : exit_code::kDone;
}

}  // namespace peerlab::confgen

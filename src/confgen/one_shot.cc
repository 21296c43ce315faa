#include "confgen/one_shot.h"

#include <fmt/format.h>

#include <cstdlib>

#include "confgen/change_counter.h"
#include "confgen/exit_code.h"
#include "confgen/metrics.h"
#include "confgen/turn.h"
#include "confgen/verbs.h"
#include "confgen/watch.h"
#include "confgen/workplace.h"
#include "confgen/world_gate.h"

namespace peerlab::confgen {
namespace {

int leave(int code, std::string_view line) {
  say(line);
  return code;
}

void tell_monitoring(const Collected& collected, const State& state,
                     const std::optional<policy::Site>& site, const OneShotOptions& options,
                     Instant now) {
  const Result<void> told =
      keep_metrics(collected, state, now, ask_for_figures(site, options), options);
  if (!told) say(fmt::format("monitoring will not know of this run: {}", told.error().detail));
}

int run_locked(const OneShotOptions& options, const std::optional<policy::Site>& site,
               const Clock& clock) {
  if (site) {
    for (const std::string& told : tend_world_gate(*site, options)) say(told);
  }
  Kept kept = load_kept(options.state_directory, Damaged::SetAside);
  const Collected collected = collect(options, kept.facts);
  const Instant now = clock.now();
  const bool known = collected.facts.mappings && collected.facts.nodes;
  for (const std::string& failure : collected.failures) {
    say(failure + (known ? "; the last good facts stay, minus what ended"
                         : "; nothing is known yet: the policy on disk is left as it is"));
  }
  if (!known) {
    keep_report(collected, std::nullopt, now, options);
    tell_monitoring(collected, kept.state, site, options, now);
    return exit_code::kSourceFailed;
  }
  if (site) {
    kept.members = members_in(kept.facts, policy::server_of(*site), now);
    (void)count_changes(kept.changes, kept.members, *site, options, now);
  }
  // The same shrinking answer as at the run before is its confirmation.
  const std::optional<std::string> confirmed = kept.state.held;
  const Turn turn = take_turn(collected, kept, now, confirmed, site, options);
  tell_monitoring(collected, kept.state, site, options, now);
  if (!turn.held.empty()) {
    say(turn.held + "; held for one confirmation (--accept-shrink acts at once)");
  }
  if (!turn.problem.empty()) return leave(turn.exit_code, turn.problem);
  // What goes wrong with the sources comes after what goes wrong with the file: the file is what
  // routers run on.
  return collected.failures.empty() ? turn.exit_code : exit_code::kSourceFailed;
}

}  // namespace

int run_one_shot(const OneShotOptions& options, const Clock& clock) {
  const auto workplace = Workplace::enter(options);
  return workplace ? run_locked(options, workplace->site, clock) : workplace.error();
}

int run_program(int argc, const char* const* argv, std::ostream& out) {
  const SystemClock clock;
  const auto options = parse_options(argc, argv, out);
  if (const auto* const one_shot = std::get_if<OneShotOptions>(&options)) {
    if (!one_shot->watch) return run_one_shot(*one_shot, clock);
    const char* const systemd = std::getenv("NOTIFY_SOCKET");
    return run_watch(*one_shot, systemd == nullptr ? "" : systemd);
  }
  if (const auto* const render = std::get_if<RenderOptions>(&options)) {
    return run_render(*render, clock, out);
  }
  if (const auto* const plan = std::get_if<PlanOptions>(&options)) {
    return run_plan(*plan, clock, out);
  }
  if (const auto* const rollback = std::get_if<RollbackOptions>(&options)) {
    return run_rollback(*rollback, clock, out);
  }
  if (const auto* const status = std::get_if<StatusOptions>(&options)) {
    return run_status(*status, clock, out);
  }
  if (const auto* const explain = std::get_if<ExplainOptions>(&options)) {
    return run_explain(*explain, clock, out);
  }
  return std::get<Leave>(options).exit_code;
}

}  // namespace peerlab::confgen

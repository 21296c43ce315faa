#include "confgen/one_shot.h"

#include <fmt/format.h>

#include <iostream>

#include "base/digest.h"
#include "bird/render.h"
#include "confgen/exit_code.h"
#include "confgen/facts.h"
#include "confgen/guard.h"
#include "confgen/publish.h"
#include "confgen/run_lock.h"
#include "confgen/site_file.h"
#include "confgen/sources.h"
#include "confgen/state.h"
#include "policy/compile.h"

namespace peerlab::confgen {
namespace {

void say(std::string_view line) { std::cerr << "peerlab-bird-config: " << line << "\n"; }

int leave(int code, std::string_view line) {
  say(line);
  return code;
}

// The facts of the last good answers; a damaged file is said and counts as none.
Facts known_facts(const std::filesystem::path& file) {
  Result<Facts> facts = load_facts(file);
  if (facts) return std::move(*facts);
  say(fmt::format("the kept facts are of no use, going on without: {}", facts.error().detail));
  return {};
}

// Skips and contradictions are warnings: told once, and again when they change.
void tell_skips(const Collected& collected, const policy::Compiled& compiled, State& state) {
  std::string text;
  const auto add = [&](std::string_view kind, const std::vector<Skipped>& list) {
    for (const Skipped& one : list) text += fmt::format("{} {}: {}\n", kind, one.what, one.reason);
  };
  add("CONTRADICTION, left out:", compiled.contradictions);
  add("skipped", collected.skipped);
  add("skipped", compiled.skipped);
  const std::string digest = sha256_hex(text);
  if (state.told != digest) std::cerr << text;
  state.told = digest;
}

// What goes wrong with the sources comes after what goes wrong with the file: the file is what
// routers run on.
int exit_code_of(const Published& published, const Collected& collected, const Guarded& guarded) {
  if (published.exit_code != exit_code::kDone) return published.exit_code;
  if (!collected.failures.empty()) return exit_code::kSourceFailed;
  return guarded.held ? exit_code::kShrinkHeld : exit_code::kDone;
}

int run_locked(const OneShotOptions& options, const policy::Site& site, const Clock& clock) {
  const std::filesystem::path facts_file = options.state_directory / "facts.json";
  const std::filesystem::path state_file = options.state_directory / "state.json";
  const State state_before = load_state(state_file);
  State state = state_before;
  const Facts before = known_facts(facts_file);
  const Collected collected = collect(options, before);
  const bool known = collected.facts.mappings && collected.facts.nodes;
  for (const std::string& failure : collected.failures) {
    say(failure + (known ? "; the last good facts stay, minus what ended"
                         : "; nothing is known yet: the policy on disk is left as it is"));
  }
  if (!known) return exit_code::kSourceFailed;
  const Guarded guarded = guard_shrink(before, collected.facts, state.held, options.accept_shrink);
  state.held = guarded.held;
  if (guarded.held) {
    say(guarded.why + "; held for one confirmation (--accept-shrink acts at once)");
  }
  const auto compiled =
      policy::compile(*guarded.facts.mappings, *guarded.facts.nodes, site, clock.now());
  tell_skips(collected, compiled, state);
  const std::string text = bird::render_sessions(compiled.policy);
  const Published published = publish(text, site, options, state.accepted);
  if (published.configured) {
    state.accepted = sha256_hex(text);
    say(fmt::format("applied: {} sessions, {} leases", compiled.policy.rules().size(),
                    compiled.policy.leases().size()));
  }
  if (!published.problem.empty()) say(published.problem);
  const Result<void> kept = store_facts(facts_file, guarded.facts).and_then([&]() -> Result<void> {
    return state == state_before ? Result<void>{} : store_state(state_file, state);
  });
  if (!kept) return leave(exit_code::kCannotWrite, kept.error().detail);
  return exit_code_of(published, collected, guarded);
}

}  // namespace

int run_one_shot(const OneShotOptions& options, const Clock& clock) {
  const Result<policy::Site> site = read_site_file(options.site_file);
  if (!site) return leave(exit_code::kUsage, site.error().detail);
  std::error_code ignored;
  std::filesystem::create_directories(options.state_directory, ignored);
  const Result<RunLock> lock = RunLock::take(options.state_directory, std::chrono::seconds{20});
  if (!lock) {
    const bool busy = lock.error().kind == ErrorKind::Conflict;
    return leave(busy ? exit_code::kFailed : exit_code::kCannotWrite, lock.error().detail);
  }
  return run_locked(options, *site, clock);
}

int run_program(int argc, const char* const* argv, std::ostream& out) {
  const SystemClock clock;
  const auto options = parse_options(argc, argv, out);
  if (const auto* const one_shot = std::get_if<OneShotOptions>(&options)) {
    return run_one_shot(*one_shot, clock);
  }
  if (const auto* const render = std::get_if<RenderOptions>(&options)) {
    return run_render(*render, clock, out);
  }
  return std::get<Leave>(options).exit_code;
}

}  // namespace peerlab::confgen

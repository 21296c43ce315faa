#include "confgen/turn.h"

#include <fmt/format.h>

#include <iostream>

#include "base/digest.h"
#include "bird/render.h"
#include "confgen/exit_code.h"
#include "confgen/guard.h"
#include "policy/compile.h"

namespace peerlab::confgen {
namespace {

constexpr const char* kFactsFile = "facts.json";
constexpr const char* kStateFile = "state.json";

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

Result<void> store_kept(const std::filesystem::path& directory, const Kept& kept,
                        const State& stored) {
  if (const Result<void> facts = store_facts(directory / kFactsFile, kept.facts); !facts) {
    return facts;
  }
  return kept.state == stored ? Result<void>{} : store_state(directory / kStateFile, kept.state);
}

}  // namespace

Kept load_kept(const std::filesystem::path& state_directory) {
  Result<Facts> facts = load_facts(state_directory / kFactsFile);
  if (!facts) {
    say(fmt::format("the kept facts are of no use, going on without: {}", facts.error().detail));
    facts = Facts{};
  }
  return {std::move(*facts), load_state(state_directory / kStateFile)};
}

Turn take_turn(const Collected& collected, Kept& kept, Instant now,
               const std::optional<std::string>& confirmed, const policy::Site& site,
               const OneShotOptions& options) {
  const State stored = kept.state;
  const Guarded guarded =
      guard_shrink(kept.facts, collected.facts, confirmed, options.accept_shrink);
  kept.state.held = guarded.held;
  const auto compiled = policy::compile(*guarded.facts.mappings, *guarded.facts.nodes, site, now);
  tell_skips(collected, compiled, kept.state);
  const std::string text = bird::render_sessions(compiled.policy);
  const Published published = publish(text, site, options, kept.state.accepted);
  Turn turn{published.exit_code, published.problem, guarded.why, compiled.policy.rules().size(),
            compiled.policy.leases().size()};
  if (published.configured) {
    kept.state.accepted = sha256_hex(text);
    say(fmt::format("applied: {} sessions, {} leases", turn.sessions, turn.leases));
  }
  kept.facts = guarded.facts;
  const Result<void> stored_now = store_kept(options.state_directory, kept, stored);
  if (!stored_now) return {exit_code::kCannotWrite, stored_now.error().detail};
  if (turn.exit_code == exit_code::kDone && guarded.held) turn.exit_code = exit_code::kShrinkHeld;
  return turn;
}

void say(std::string_view line) { std::cerr << "peerlab-bird-config: " << line << "\n"; }

}  // namespace peerlab::confgen

#include "confgen/turn.h"

#include <fmt/format.h>

#include <iostream>
#include <set>

#include "base/digest.h"
#include "confgen/change_counter.h"
#include "confgen/exit_code.h"
#include "confgen/guard.h"
#include "policy/compile.h"

namespace peerlab::confgen {
namespace {

constexpr const char* kFactsFile = "facts.json";

// Skips and contradictions are warnings: told once, and again when they change.
void tell_skips(const Turn& turn, State& state) {
  std::string text;
  const auto add = [&](std::string_view kind, const std::vector<Skipped>& list) {
    for (const Skipped& one : list) text += fmt::format("{} {}: {}\n", kind, one.what, one.reason);
  };
  add("CONTRADICTION, left out:", turn.contradictions);
  add("skipped", turn.skipped);
  const std::string digest = sha256_hex(text);
  if (state.told != digest) std::cerr << text;
  state.told = digest;
}

// Facts that are on disk as they are need not be spelled to see that: a lease ends sooner.
Result<void> store(Kept& kept, const Facts& before, const OneShotOptions& options) {
  if (kept.facts_stored && kept.facts == before) return {};
  const Result<void> stored = store_facts(options.state_directory / kFactsFile, kept.facts);
  kept.facts_stored = stored.has_value();
  return stored;
}

// BIRD failed the probe, and it and the file went back to the policy of `before`.  What has ended
// or was taken away since leaves that one too; what is new waits for the next turn.
void take_away_only(Kept& kept, const Facts& before, Instant now, const policy::Site& site,
                    const OneShotOptions& options) {
  kept.facts = known_to_both(before, kept.facts);
  const auto compiled = policy::compile(*kept.facts.mappings, *kept.facts.nodes, site, now,
                                        quarantined_in(kept.changes));
  const std::string text = spelled_policy(compiled.policy, *kept.facts.mappings,
                                          policy::server_of(site), options.spelling);
  const Published published = publish(text, site, options, kept.state, now);
  if (!published.problem.empty()) say("going back: " + published.problem);
}

std::size_t users_in(const policy::Policy& policy) {
  std::set<UserHash> users;
  for (const policy::Rule& rule : policy.rules()) users.insert(rule.member);
  return users.size();
}

// nullopt: all was as it should be, and nothing was tried.
std::optional<ApplyResult> result_of(const Published& published) {
  switch (published.exit_code) {
    case exit_code::kDone:
      break;
    case exit_code::kBirdRefused:
      return ApplyResult::Refused;
    case exit_code::kCannotWrite:
      return ApplyResult::CannotWrite;
    case exit_code::kBirdDown:
      return ApplyResult::BirdDown;
    default:
      return ApplyResult::Failed;
  }
  if (published.configured || published.wrote) return ApplyResult::Applied;
  return std::nullopt;
}

}  // namespace

Kept load_kept(const std::filesystem::path& state_directory, Damaged damaged) {
  const auto facts = state_directory / kFactsFile;
  const auto state = state_file(state_directory), changes = change_ledger_file(state_directory);
  return {read_or_anew(load_facts(facts), facts, kWithoutFacts, damaged),
          read_or_anew(load_state(state), state, kWithoutState, damaged),
          read_or_anew(load_change_ledger(changes), changes, kWithoutChanges, damaged)};
}

Turn take_turn(const Collected& collected, Kept& kept, Instant now,
               const std::optional<std::string>& confirmed, const std::optional<policy::Site>& site,
               const OneShotOptions& options) {
  const Facts before = kept.facts;
  const Guarded guarded = guard_shrink(before, collected.facts, confirmed, options.accept_shrink);
  kept.state.held = guarded.held;
  kept.facts = guarded.facts;
  // First of all: a program that is killed on the way must not bring back what was taken away.
  Result<void> stored = store(kept, before, options);
  const policy::Server server = site ? policy::server_of(*site) : policy::Server{options.asn};
  const auto compiled =
      policy::compile(*kept.facts.mappings, *kept.facts.nodes, server, now,
                      site ? quarantined_in(kept.changes) : policy::Quarantined{});
  kept.members = members_in(compiled.policy);
  Turn turn{exit_code::kDone,
            {},
            guarded.why,
            compiled.policy.rules().size(),
            compiled.policy.leases().size(),
            collected.skipped,
            compiled.contradictions,
            users_in(compiled.policy)};
  turn.skipped.insert(turn.skipped.end(), compiled.skipped.begin(), compiled.skipped.end());
  tell_skips(turn, kept.state);
  const std::string text =
      spelled_policy(compiled.policy, *kept.facts.mappings, server, options.spelling);
  const Published published =
      site ? publish(text, *site, options, kept.state, now) : write_only(text, options.output_file);
  turn.exit_code = published.exit_code, turn.problem = published.problem;
  if (const auto result = result_of(published)) {
    ++kept.state.applies[static_cast<std::size_t>(*result)];
  }
  if (published.configured || (!site && published.wrote)) {
    say(fmt::format("{}: {} sessions, {} leases", site ? "applied" : "written", turn.sessions,
                    turn.leases));
  }
  if (!published.note.empty()) say(published.note);
  if (published.undone) {
    take_away_only(kept, before, now, *site, options);
    stored = store(kept, guarded.facts, options);
  }
  if (stored) stored = store_state(state_file(options.state_directory), kept.state);
  if (!stored) turn.exit_code = exit_code::kCannotWrite, turn.problem = stored.error().detail;
  if (turn.exit_code == exit_code::kDone && guarded.held) turn.exit_code = exit_code::kShrinkHeld;
  keep_report(collected, turn, now, options);
  return turn;
}

void say(std::string_view line) { std::cerr << "peerlab-bird-config: " << line << "\n"; }

}  // namespace peerlab::confgen

#include <fmt/format.h>

#include <iostream>

#include "base/file.h"
#include "confgen/exit_code.h"
#include "confgen/publish.h"
#include "confgen/turn.h"
#include "confgen/verbs.h"
#include "confgen/workplace.h"

namespace peerlab::confgen {

int run_rollback(const RollbackOptions& asked, const Clock& clock, std::ostream& out) {
  const OneShotOptions& options = asked.one_shot;
  const auto workplace = Workplace::enter(options);
  if (!workplace) return workplace.error();
  const Result<std::string> previous = read_file(previous_file(options.output_file));
  if (!previous) {
    say(fmt::format("there is nothing to go back to: {}", previous.error().detail));
    return exit_code::kFailed;
  }
  const auto file = state_file(options.state_directory);
  State state = read_or_anew(load_state(file), file, kWithoutState, Damaged::SetAside);
  const Published published = publish(*previous, *workplace->site, options, state, clock.now());
  if (!published.note.empty()) say(published.note);
  if (published.exit_code != exit_code::kDone) {
    say(published.problem);
    return published.exit_code;
  }
  out << fmt::format(
      "{} holds the policy that was accepted before, and BIRD runs it.\n"
      "The next run writes the policy of the facts again, within a minute; to stay with this one "
      "stop it first:\n"
      "  systemctl stop peerlab-bird-config.timer\n"
      "While it is stopped, no lease of this policy ends and none begins.\n",
      options.output_file.string());
  return exit_code::kDone;
}

}  // namespace peerlab::confgen

#include "cli/program.h"

#include <ostream>

#include "cli/command_tree.h"

namespace peerlab::cli {
namespace {

int leave(const Complaint& complaint, const OutputStyle& style, std::ostream& err) {
  const bool for_programs = style.format == Format::Json;
  err << (for_programs ? spelled_as_problem(complaint) : spelled_as_line(complaint)) << '\n'
      << std::flush;
  return static_cast<int>(complaint.exit_code);
}

Attempt<void> run_verb(const PlatformVerb& verb, const Chosen& chosen, const Surroundings& around) {
  const Attempt<Settings> settings = read_settings(chosen.api_url, around);
  if (!settings) return complain(settings.error());
  const http::Client client;
  return verb(Call{around, *settings, chosen.style, chosen.quiet, chosen.verbose, client});
}

}  // namespace

int run_program(std::vector<std::string> words, const Surroundings& around) {
  const Chosen chosen = choose(std::move(words), around.version);
  if (const auto* const local = std::get_if<LocalVerb>(&chosen.verb)) return (*local)(around.out);
  if (const auto* const complaint = std::get_if<Complaint>(&chosen.verb)) {
    return leave(*complaint, chosen.style, around.err);
  }
  const Attempt<void> done = run_verb(std::get<PlatformVerb>(chosen.verb), chosen, around);
  return done ? 0 : leave(done.error(), chosen.style, around.err);
}

}  // namespace peerlab::cli

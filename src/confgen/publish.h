// From a rendered policy to a BIRD that runs it, so that at every step, and wherever this program
// is killed, the file on disk is one that BIRD accepts (POLICY.md 4.5, 4.6):
//
//   check (a copy, `bird -p`) -> state.json says "applying" -> the accepted file becomes
//   FILE.previous -> the new one takes its place -> `configure timeout 30` -> probe ->
//   `configure confirm` -> state.json says "accepted"
//
// Killed before the confirmation, BIRD goes back by itself after 30 s, and the next run, which
// finds "applying", does all of it again.
#pragma once

#include <string>

#include "confgen/options.h"
#include "confgen/state.h"
#include "policy/site.h"

namespace peerlab::confgen {

struct Published {
  int exit_code;
  bool wrote = false;        // the file changed
  bool configured = false;   // BIRD was asked, accepted, passed the probe and was told to keep it
  bool undone = false;       // BIRD accepted it, failed the probe, and file and BIRD went back
  std::string problem = {};  // one sentence where exit_code is not 0
  std::string note = {};     // one sentence to the log, or empty
};

// The same text in the file and accepted before: nothing is touched and nobody is asked.  BIRD
// refuses: the file is as it was.  Keeps `state` and its file up to date.
[[nodiscard]] Published publish(const std::string& policy_text, const policy::Site& site,
                                const OneShotOptions& options, State& state, Instant now);

// The policy is written where it differs, and nobody is asked.
[[nodiscard]] Published write_only(const std::string& policy_text,
                                   const std::filesystem::path& policy_file);

// The policy that was accepted before the one in force.
[[nodiscard]] std::filesystem::path previous_file(const std::filesystem::path& policy_file);

}  // namespace peerlab::confgen

// What each end of `peerlab` means to the script that called it (WIRE.md 1.2).
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace peerlab::cli {

enum class ExitCode {
  Done = 0,
  Failed = 1,
  Usage = 2,
  NotFound = 3,
  SignInNeeded = 4,
  Refused = 5,
  Unreachable = 6,
  TimedOut = 7,
  Interrupted = 130
};

struct ExitMeaning {
  ExitCode code;
  std::string_view meaning;
};

[[nodiscard]] std::span<const ExitMeaning> all_exit_codes();

// The text of `peerlab help exit-codes`: one line a code.
[[nodiscard]] std::string exit_codes_explained();

}  // namespace peerlab::cli

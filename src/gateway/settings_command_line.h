#pragma once

#include <iosfwd>
#include <variant>

#include "gateway/settings_given.h"

namespace peerlab::gateway {

inline constexpr int kDone = 0, kFailed = 1, kUsage = 2;  // exit codes

enum class Verb {
  Serve,
  CheckConfig,  // only validate and print
  Export,       // the ledger, to standard output
  Import        // one, from standard input
};

struct CommandLine {
  Verb verb = Verb::Serve;
  std::string config_file;  // empty: none
  GivenSettings given;
};

struct LeaveWith {
  int exit_code;
};

// Answers --help, --version and what cannot be understood itself, on `out` or stderr.
[[nodiscard]] std::variant<CommandLine, LeaveWith> parse_command_line(int argc,
                                                                      const char* const* argv,
                                                                      std::ostream& out);

}  // namespace peerlab::gateway

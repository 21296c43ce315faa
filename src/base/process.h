// Other programs, started without a shell: argv is a list, never a line of text.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace peerlab {

// Whom a program runs as, without further groups.
struct Identity {
  uid_t user;
  gid_t group;
};

struct Command {
  std::vector<std::string> argv;                        // argv[0] is looked up in PATH
  std::map<std::string, std::string> environment = {};  // added to ours
  std::filesystem::path directory = {};                 // empty: ours
  std::string input = {};                               // its standard input
  std::optional<Identity> identity = {};                // nullopt: ours; another one needs root
};

struct Outcome {
  int exit_code = 0;  // 128 + N where signal N ended it
  std::string output;
  std::string errors;
  [[nodiscard]] bool ok() const { return exit_code == 0; }
};

// Runs to the end.  TimedOut (and the program killed) after `patience`; NotFound where there is no
// such program.
[[nodiscard]] Result<Outcome> run(const Command& command,
                                  std::chrono::milliseconds patience = std::chrono::seconds{60});

// Starts a program that goes on: stdout and stderr go to `log` (appended), stdin is /dev/null, a
// process group of its own.
[[nodiscard]] Result<pid_t> start(const Command& command, const std::filesystem::path& log);

}  // namespace peerlab

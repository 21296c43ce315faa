// The lab's programs: started in their namespace, each with a log, found again by role.
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace peerlab::lab {

struct Program {
  std::string role;   // "gateway", "alice-bird": names its log and its pid file
  std::string place;  // whose namespace it stands in
  std::vector<std::string> argv;
  std::map<std::string, std::string> environment = {};
};

class Processes {
 public:
  explicit Processes(std::filesystem::path directory) : directory_{std::move(directory)} {}

  [[nodiscard]] Result<void> start(const Program& program) const;
  // SIGHUP.
  [[nodiscard]] Result<void> reload(std::string_view role) const;
  // SIGKILL; returns when it is gone.
  [[nodiscard]] Result<void> kill(std::string_view role) const;
  // SIGTERM or what else it ends by, and SIGKILL where that is not enough; returns when it is gone.
  // Ok where it was gone.
  [[nodiscard]] Result<void> stop(std::string_view role, int signal = SIGTERM) const;

  [[nodiscard]] std::filesystem::path log_of(std::string_view role) const;
  [[nodiscard]] std::vector<std::string> roles() const;
  [[nodiscard]] bool running(std::string_view role) const;
  [[nodiscard]] std::optional<std::uint64_t> resident_kib(std::string_view role) const;  // its RSS

 private:
  [[nodiscard]] std::optional<pid_t> pid_of(std::string_view role) const;
  std::filesystem::path directory_;
};

// argv that runs a command inside a place.
[[nodiscard]] std::vector<std::string> inside(std::string_view place,
                                              std::vector<std::string> argv);

}  // namespace peerlab::lab

// peerlab-bird-config --watch beside an IXP server of a test.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/generator/ixp_server.h"

namespace peerlab::generator_test {

class RunningWatch {
 public:
  // Asks Headscale once a second; `more` as for IxpServer::command.
  RunningWatch(const IxpServer& server, std::vector<std::string> more,
               const std::filesystem::path& notify_socket = {});
  ~RunningWatch();  // killed where it still runs
  RunningWatch(const RunningWatch&) = delete;
  RunningWatch& operator=(const RunningWatch&) = delete;

  // SIGTERM; the exit code, 128 + N where signal N ended it.
  int stop();
  [[nodiscard]] std::string log() const;

 private:
  std::filesystem::path log_file_;
  pid_t process_;
};

}  // namespace peerlab::generator_test

// The program peerlab-gateway, running.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace peerlab::testing_support {

class RunningGateway {
 public:
  // On 127.0.0.1 and a port of the system's choice, its state and its log in this folder.  Returns
  // when it listens; throws with its log where it does not.
  RunningGateway(const std::filesystem::path& folder, const std::vector<std::string>& flags);
  ~RunningGateway();
  RunningGateway(const RunningGateway&) = delete;
  RunningGateway& operator=(const RunningGateway&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] pid_t process() const { return process_.value(); }
  [[nodiscard]] std::string url(std::string_view path) const;
  [[nodiscard]] std::string log() const;

  void terminate() const;  // SIGTERM, and no waiting
  int wait();              // its exit code; 128 + N where signal N ended it
  int stop();
  void kill();  // SIGKILL: no chance to tidy up

 private:
  std::filesystem::path log_file_;
  std::optional<pid_t> process_;
  std::uint16_t port_ = 0;
};

}  // namespace peerlab::testing_support

// Network namespaces without a name: they end with the test, however it ends, so there is nothing
// to remove.
#pragma once

#include <string>
#include <vector>

#include "base/process.h"
#include "base/result.h"

namespace peerlab::attack {

class NetworkNamespace {
 public:
  // NotPermitted where this machine lets us make none: the test then skips, by this reason.
  static Result<NetworkNamespace> make();
  NetworkNamespace(NetworkNamespace&& other) noexcept;
  NetworkNamespace(const NetworkNamespace&) = delete;
  ~NetworkNamespace();

  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] std::string path() const;  // for `ip link add ... netns`

 private:
  explicit NetworkNamespace(int descriptor) : descriptor_{descriptor} {}
  int descriptor_;
};

// While it lives, the calling thread's sockets and children belong to the namespace.
class Standing {
 public:
  explicit Standing(const NetworkNamespace& place);
  Standing(const Standing&) = delete;
  ~Standing();

 private:
  int back_;
};

[[nodiscard]] Result<Outcome> run_in(const NetworkNamespace& place, const Command& command);
[[nodiscard]] Result<void> ip_batch(const NetworkNamespace& place, const std::string& lines);

// A program that goes on in a namespace; killed with its value, and by the kernel when the test
// dies first.
class Daemon {
 public:
  static Result<Daemon> start(const NetworkNamespace& place, std::vector<std::string> argv,
                              const std::filesystem::path& log);
  Daemon(Daemon&& other) noexcept;
  Daemon(const Daemon&) = delete;
  ~Daemon();
  [[nodiscard]] bool running() const;
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  explicit Daemon(pid_t pid) : pid_{pid} {}
  pid_t pid_;
};

}  // namespace peerlab::attack

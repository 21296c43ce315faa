// One BIRD of the fixture, asked over its control socket.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bird/control_socket.h"
#include "tests/attack/network_namespace.h"
#include "tests/bird/shown_routes.h"
#include "tests/support/temporary_folder.h"

namespace peerlab::attack {

using Files = std::map<std::string, std::string>;  // name, text; bird.conf is the first read

class RunningBird {
 public:
  // NotFound where there is no BIRD; Internal, with its log, where it did not come up.
  static Result<std::unique_ptr<RunningBird>> start(const NetworkNamespace& place,
                                                    const Files& files);

  [[nodiscard]] std::string ask(const std::string& command);
  // Exactly this prefix; `what` may narrow, as in "filtered" or "protocol bob".
  [[nodiscard]] std::vector<bird::ShownRoute> routes(const Ipv6Prefix& prefix,
                                                     const std::string& what = "");
  [[nodiscard]] bool established(const std::string& protocols);  // one that matches, at least
  void configure(const Files& changed);
  [[nodiscard]] std::string log() const;
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }
  [[nodiscard]] std::uint64_t resident_kib() const;
  [[nodiscard]] double cpu_seconds() const;

 private:
  RunningBird() = default;
  testing_support::TemporaryFolder folder_;
  std::unique_ptr<Daemon> daemon_;
  std::unique_ptr<bird::ControlSocket> socket_;
};

}  // namespace peerlab::attack

// The machine's own BIRD, for tests that ask it instead of guessing.
#pragma once

#include <sys/types.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bird/control_socket.h"
#include "bird/render.h"
#include "policy/policy.h"
#include "policy/site.h"
#include "tests/support/temporary_folder.h"

namespace peerlab::bird {

using Files = std::map<std::string, std::string>;  // name in the folder, text

// What `bird -p` says of the folder's bird.conf; empty: accepted.  NotFound where the machine has
// no BIRD.
[[nodiscard]] Result<std::string> complaint_of_bird(const Files& files);

// A whole IXP server as the generator publishes it, but for what by_hand.h puts in.
[[nodiscard]] Files server_directory(const policy::Policy& policy, const policy::Site& site,
                                     Form form = Form::Sessions);

// The same, of a file in the function form.
[[nodiscard]] std::string function_text(const policy::Policy& policy, const policy::Server& server,
                                        const Labels& labels = {});

// The same decisions without sessions to the world and without the kernel: bird.conf holds the
// fixed part, what it includes, and `more`.
[[nodiscard]] Files laboratory(const policy::Policy& policy, const policy::Site& site,
                               const std::string& more, Form form = Form::Sessions);

// A running BIRD in a folder and a network namespace of its own, whose one interface holds
// fd7a:115c:a1e0::1/48 and 100.64.0.1 to 100.64.0.20.  It ends with its value.
class LiveBird {
 public:
  // NotFound or NotPermitted where this machine cannot run one: the test then skips, by this
  // reason.
  static Result<std::unique_ptr<LiveBird>> start(const Files& files);
  // One more, in this one's namespace.
  [[nodiscard]] Result<std::unique_ptr<LiveBird>> start_beside(const Files& files) const;
  LiveBird(const LiveBird&) = delete;
  LiveBird& operator=(const LiveBird&) = delete;
  ~LiveBird();

  [[nodiscard]] ControlSocket& socket() { return *socket_; }
  [[nodiscard]] std::string ask(const std::string& command);  // the answer's text

 private:
  LiveBird() = default;
  // `wrapper` runs the command that it gets as its last arguments.
  static Result<std::unique_ptr<LiveBird>> start(const Files& files, const std::string& script,
                                                 std::vector<std::string> wrapper);
  [[nodiscard]] Result<void> wait_for_socket();

  testing_support::TemporaryFolder folder_;
  pid_t process_ = -1;
  std::optional<ControlSocket> socket_;
};

}  // namespace peerlab::bird

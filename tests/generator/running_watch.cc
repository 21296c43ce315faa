#include "tests/generator/running_watch.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>

#include "base/file.h"

namespace peerlab::generator_test {

RunningWatch::RunningWatch(const IxpServer& server, std::vector<std::string> more,
                           const std::filesystem::path& notify_socket)
    : log_file_{server.folder() / "watch.log"} {
  more.insert(more.end(), {"--headscale-poll=1", "--watch"});
  Command command = server.command(more);
  if (!notify_socket.empty()) command.environment["NOTIFY_SOCKET"] = notify_socket.string();
  const Result<pid_t> started = start(command, log_file_);
  if (!started) throw std::runtime_error(started.error().detail);
  process_ = *started;
}

RunningWatch::~RunningWatch() {
  if (process_ == 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

int RunningWatch::stop() {
  int status = 0;
  ::kill(process_, SIGTERM);
  ::waitpid(std::exchange(process_, 0), &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::string RunningWatch::log() const { return read_file(log_file_).value_or(""); }

}  // namespace peerlab::generator_test

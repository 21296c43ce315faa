#include "tests/gateway/running_gateway.h"

#include <sys/wait.h>

#include <chrono>
#include <csignal>
#include <stdexcept>
#include <thread>

#include "base/file.h"
#include "base/process.h"
#include "base/text.h"

namespace peerlab::testing_support {
namespace {

using namespace std::chrono_literals;

// The port of its line "listening", once that is there.
std::optional<std::uint16_t> port_in(std::string_view log) {
  const auto listening = log.find(R"("message":"listening")");
  const auto end = log.find('\n', listening);
  if (listening == std::string_view::npos || end == std::string_view::npos) return std::nullopt;
  constexpr std::string_view kName = R"("port":")";
  const std::string_view line = log.substr(listening, end - listening);
  const std::string_view rest = line.substr(line.find(kName) + kName.size());
  return parse_decimal<std::uint16_t>(rest.substr(0, rest.find('"')));
}

}  // namespace

RunningGateway::RunningGateway(const std::filesystem::path& folder,
                               const std::vector<std::string>& flags)
    : log_file_{folder / "gateway.log"} {
  std::filesystem::remove(log_file_);
  // It ends with the test, however that ends.
  Command command{{"setpriv", "--pdeathsig", "KILL", PEERLAB_GATEWAY, "--address", "127.0.0.1:0",
                   "--state-directory", folder.string()}};
  command.argv.insert(command.argv.end(), flags.begin(), flags.end());
  const Result<pid_t> started = start(command, log_file_);
  if (!started) throw std::runtime_error{started.error().detail};
  process_ = *started;
  for (const auto end = std::chrono::steady_clock::now() + 10s;;) {
    if (const auto port = port_in(log())) {
      port_ = *port;
      return;
    }
    if (::waitpid(*process_, nullptr, WNOHANG) != 0) {
      throw std::runtime_error{"the gateway ended: " + log()};
    }
    if (std::chrono::steady_clock::now() > end) {
      kill();
      throw std::runtime_error{"the gateway does not listen: " + log()};
    }
    std::this_thread::sleep_for(5ms);
  }
}

RunningGateway::~RunningGateway() { kill(); }

std::string RunningGateway::url(std::string_view path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + std::string{path};
}

std::string RunningGateway::log() const { return read_file(log_file_).value_or(""); }

void RunningGateway::terminate() const { ::kill(process_.value(), SIGTERM); }

int RunningGateway::wait() {
  int status = 0;
  ::waitpid(process_.value(), &status, 0);
  process_.reset();
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int RunningGateway::stop() {
  terminate();
  return wait();
}

void RunningGateway::kill() {
  if (!process_) return;
  ::kill(*process_, SIGKILL);
  wait();
}

}  // namespace peerlab::testing_support

#include "tests/fire/front_door.h"

#include <fmt/format.h>
#include <sys/wait.h>

#include <chrono>
#include <csignal>
#include <stdexcept>
#include <thread>

#include "base/file.h"
#include "base/process.h"
#include "http/client.h"

namespace peerlab::fire {
namespace {

using namespace std::chrono_literals;
using testing_support::RunningGateway;

constexpr const char* kCaddyfile = R"({{
	admin off
	auto_https off
}}
http:// {{
	bind unix/{}
	reverse_proxy {} {{
		lb_policy round_robin
	}}
}}
)";

}  // namespace

FrontDoor::FrontDoor(const std::filesystem::path& folder, const std::vector<std::string>& flags)
    : socket_{folder / "caddy.sock"} {
  std::string upstreams;
  for (int i = 0; i < kGateways; ++i) {
    const auto state = folder / fmt::format("gateway{}", i);
    std::filesystem::create_directories(state);
    (void)write_file(state / "seal.key", std::string(32, 'k'), 0600);
    gateways_.push_back(std::make_unique<RunningGateway>(state, flags));
    upstreams += fmt::format("127.0.0.1:{} ", gateways_.back()->port());
  }
  (void)write_file(folder / "Caddyfile", fmt::format(kCaddyfile, socket_, upstreams), 0644);
  // It ends with the test, however that ends, and keeps what it keeps in the test's folder.
  const Result<pid_t> started = start(
      {.argv = {"setpriv", "--pdeathsig", "KILL", "caddy", "run", "--adapter", "caddyfile",
                "--config", folder / "Caddyfile"},
       .environment = {{"XDG_DATA_HOME", folder}, {"XDG_CONFIG_HOME", folder}, {"HOME", folder}}},
      folder / "caddy.log");
  if (!started) throw std::runtime_error{started.error().detail};
  caddy_ = *started;
  const http::Client client;
  http::ClientRequest live;
  live.url = "http://platform/health/live";
  live.unix_socket = socket_;
  for (const auto end = std::chrono::steady_clock::now() + 30s;;) {
    if (const auto answer = client.send(live); answer && answer->status == 200) return;
    if (std::chrono::steady_clock::now() > end) {
      ::kill(caddy_, SIGKILL);
      throw std::runtime_error{"no Caddy: " + read_file(folder / "caddy.log").value_or("")};
    }
    std::this_thread::sleep_for(20ms);
  }
}

FrontDoor::~FrontDoor() {
  ::kill(caddy_, SIGKILL);
  ::waitpid(caddy_, nullptr, 0);
}

std::vector<std::string> FrontDoor::logs() const {
  std::vector<std::string> all;
  for (const auto& gateway : gateways_) all.push_back(gateway->log());
  return all;
}

}  // namespace peerlab::fire

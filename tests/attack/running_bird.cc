#include "tests/attack/running_bird.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>

#include "base/file.h"

namespace peerlab::attack {
namespace {

using namespace std::chrono_literals;

Result<void> write_all(const testing_support::TemporaryFolder& folder, const Files& files) {
  for (const auto& [name, text] : files) {
    if (const auto written = write_file(folder / name, text); !written) return written;
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<RunningBird>> RunningBird::start(const NetworkNamespace& place,
                                                        const Files& files) {
  if (!run({{"bird", "--version"}})) {
    return fail(ErrorKind::NotFound, "this machine has no BIRD: apt-get install bird2");
  }
  std::unique_ptr<RunningBird> bird{new RunningBird};
  if (const auto written = write_all(bird->folder_, files); !written) return fail(written.error());
  auto daemon = Daemon::start(
      place, {"bird", "-f", "-c", bird->folder_ / "bird.conf", "-s", bird->folder_ / "bird.ctl"},
      bird->folder_ / "log");
  if (!daemon) return fail(daemon.error());
  bird->daemon_ = std::make_unique<Daemon>(std::move(*daemon));
  for (int attempt = 0; attempt < 500 && bird->daemon_->running(); ++attempt) {
    auto connected = bird::ControlSocket::connect(bird->folder_ / "bird.ctl", 30s);
    if (connected) {
      bird->socket_ = std::make_unique<bird::ControlSocket>(std::move(*connected));
      return bird;
    }
    std::this_thread::sleep_for(20ms);
  }
  return fail(ErrorKind::Internal, "BIRD did not start: " + bird->log());
}

std::string RunningBird::ask(const std::string& command) {
  const auto reply = socket_->command(command);
  return reply ? reply->text() : reply.error().detail + " " + reply.error().cause;
}

std::vector<bird::ShownRoute> RunningBird::routes(const Ipv6Prefix& prefix,
                                                  const std::string& what) {
  return bird::shown_routes(
      ask(fmt::format("show route {} all table master6 {}", prefix.text(), what)));
}

bool RunningBird::established(const std::string& protocols) {
  return ask(fmt::format("show protocols \"{}\"", protocols)).find("Established") !=
         std::string::npos;
}

void RunningBird::configure(const Files& changed) {
  ASSERT_TRUE(write_all(folder_, changed));
  const auto reply = socket_->command("configure");
  ASSERT_TRUE(reply && reply->ok()) << (reply ? reply->text() : reply.error().detail);
  // BIRD 2.0.12 runs some timers only when something wakes it (POLICY.md 3).
  std::this_thread::sleep_for(150ms);
  [[maybe_unused]] const std::string woken = ask("show status");
}

std::string RunningBird::log() const { return read_file(folder_ / "log").value_or("no log"); }

std::uint64_t RunningBird::resident_kib() const {
  std::ifstream status{fmt::format("/proc/{}/status", daemon_->pid())};
  std::string word;
  std::uint64_t kib = 0;
  while (status >> word && word != "VmRSS:") {
  }
  status >> kib;
  return kib;
}

double RunningBird::cpu_seconds() const {
  std::ifstream stat{fmt::format("/proc/{}/stat", daemon_->pid())};
  std::string field;
  double ticks = 0;
  constexpr int kUserTime = 14, kSystemTime = 15;
  for (int number = 1; stat >> field; ++number) {
    if (number == kUserTime || number == kSystemTime) ticks += std::stod(field);
  }
  return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace peerlab::attack

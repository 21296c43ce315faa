#include "confgen/watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "base/systemd.h"
#include "bird/control_socket.h"
#include "confgen/exit_code.h"
#include "confgen/newsroom.h"
#include "confgen/workplace.h"
#include "confgen/world_gate.h"
#include "http/stop_signals.h"

namespace peerlab::confgen {
namespace {

using namespace std::chrono_literals;

// The machine's clock is looked at so often, and systemd hears so often that we live.
constexpr std::chrono::milliseconds kHeartbeat = 1s;
constexpr std::chrono::milliseconds kBetweenGates = 5s;
constexpr std::chrono::milliseconds kTimeToEnd = 800ms;

// Destructors would wait for an answer that the gateway keeps for half a minute.
[[noreturn]] void leave() { std::_Exit(exit_code::kDone); }

void tell_lines(Lookout& lookout, const ClockReading& at) {
  for (const std::string& line : lookout.lines(at)) say(line);
}

void take_due_turn(Lookout& lookout, Kept& kept, const Workplace& workplace,
                   const Systemd& systemd) {
  const ClockReading at = read_clocks();
  const Turn turn = take_turn(lookout.collected(), kept, lookout.now(at), lookout.confirmed(at),
                              workplace.site, workplace.options);
  lookout.acted(turn, kept, at);
  systemd.tell(fmt::format("STATUS={} sessions, {} leases{}{}", turn.sessions, turn.leases,
                           turn.problem.empty() ? "" : "; ", turn.problem));
}

// The gate before the world, every few seconds; what there is to say of it when it changes.
class Gatekeeper {
 public:
  void tend(const Workplace& workplace, const ClockReading& at) {
    if (!workplace.site || workplace.site->rtr.empty()) return;
    if (at.running < next_) return wake(workplace.options.bird_socket);
    next_ = at.running + kBetweenGates;
    std::vector<std::string> told = tend_world_gate(*workplace.site, workplace.options);
    for (const std::string& line : told) {
      if (std::ranges::find(told_, line) == told_.end()) say(line);
    }
    told_ = std::move(told);
  }

 private:
  // With nothing else to do BIRD 2.0.12 judges by a ROA up to 3 s after it has come: its idle loop
  // runs timers at the next wake-up (POLICY.md 3).
  static void wake(const std::filesystem::path& socket) {
    Result<bird::ControlSocket> bird = bird::ControlSocket::connect(socket);
    if (bird) (void)bird->command("show status");
  }

  std::chrono::milliseconds next_{0};
  std::vector<std::string> told_;
};

void watch(Newsroom& newsroom, const Workplace& workplace, const Systemd& systemd) {
  Kept kept = load_kept(workplace.options.state_directory);
  Lookout lookout{kept.facts, name_of_nodes_source(workplace.options), read_clocks()};
  Gatekeeper gate;
  for (bool ready = false; !newsroom.stopped();) {
    gate.tend(workplace, read_clocks());
    const auto patience = std::clamp(lookout.until_due(read_clocks()), 0ms, kHeartbeat);
    for (const News& news : newsroom.wait(patience)) {
      std::visit([&](const auto& one) { lookout.hear(one); }, news);
    }
    tell_lines(lookout, read_clocks());
    if (lookout.due(read_clocks())) take_due_turn(lookout, kept, workplace, systemd);
    tell_lines(lookout, read_clocks());
    systemd.tell("WATCHDOG=1");
    if (ready || !lookout.heard_all()) continue;
    ready = true;
    systemd.tell("READY=1");
    if (kept.facts.mappings && kept.facts.nodes) continue;
    keep_report(lookout.collected(), std::nullopt, lookout.now(read_clocks()), workplace.options);
  }
}

}  // namespace

int run_watch(const OneShotOptions& options, std::string notify_socket) {
  http::StopSignals signals;
  const auto workplace = Workplace::enter(options);
  if (!workplace) return workplace.error();
  workplace->lock.stay();
  const Systemd systemd{std::move(notify_socket)};
  Newsroom newsroom;
  signals.call([&] {
    newsroom.stop();
    std::this_thread::sleep_for(kTimeToEnd);
    leave();
  });
  std::thread{[&] { ask_gateway(options, newsroom); }}.detach();
  std::thread{[&] { ask_headscale(options, newsroom); }}.detach();
  watch(newsroom, *workplace, systemd);
  systemd.tell("STOPPING=1");
  leave();
}

}  // namespace peerlab::confgen

#include "confgen/watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "base/systemd.h"
#include "confgen/change_counter.h"
#include "confgen/exit_code.h"
#include "confgen/metrics.h"
#include "confgen/newsroom.h"
#include "confgen/session_guard.h"
#include "confgen/wake_up.h"
#include "confgen/workplace.h"
#include "confgen/world_gate.h"
#include "http/stop_signals.h"

namespace peerlab::confgen {
namespace {

using namespace std::chrono_literals;

// The machine's clock is looked at so often, and systemd hears so often that we live.
constexpr std::chrono::milliseconds kHeartbeat = 1s;
constexpr std::chrono::milliseconds kBetweenGates = 5s;
// What is still right must not look stale to monitoring.
constexpr std::chrono::milliseconds kBetweenMetrics = 15s;
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
    if (at.running < next_) return wake_bird(workplace.options.bird_socket);
    next_ = at.running + kBetweenGates;
    std::vector<std::string> told = tend_world_gate(*workplace.site, workplace.options);
    for (const std::string& line : told) {
      if (std::ranges::find(told_, line) == told_.end()) say(line);
    }
    told_ = std::move(told);
  }

 private:
  std::chrono::milliseconds next_{0};
  std::vector<std::string> told_;
};

// metrics.prom, after every turn and in quiet hours.  BIRD counts refused routes in quiet hours
// only: no lease waits for a figure.
class Monitoring {
 public:
  void tell(const Lookout& lookout, const State& state, const Workplace& workplace, bool acted) {
    const ClockReading at = read_clocks();
    const bool quiet = at.running >= next_ && lookout.until_due(at) > kHeartbeat;
    if (!lookout.heard_all() || !(acted || quiet)) return;
    if (quiet) {
      next_ = at.running + kBetweenMetrics;
      bird_ = ask_for_figures(workplace.site, workplace.options);
    }
    const Result<void> kept =
        keep_metrics(lookout.collected(), state, lookout.now(at), bird_, workplace.options);
    std::string problem = kept ? "" : kept.error().detail;
    if (!problem.empty() && problem != problem_) say("monitoring is told nothing: " + problem);
    problem_ = std::move(problem);
  }

 private:
  std::chrono::milliseconds next_{0};
  std::optional<BirdFigures> bird_;
  std::string problem_;  // said
};

void watch(Newsroom& newsroom, const Workplace& workplace, const Systemd& systemd) {
  Kept kept = load_kept(workplace.options.state_directory, Damaged::SetAside);
  Lookout lookout{kept.facts, name_of_nodes_source(workplace.options), read_clocks()};
  if (workplace.site) {
    kept.members =
        members_in(kept.facts, policy::server_of(*workplace.site), lookout.now(read_clocks()));
  }
  Gatekeeper gate;
  WakeUp wake_up{workplace.options.bird_socket};
  SessionGuard sessions{workplace};
  ChangeCounter counter{workplace};
  Monitoring monitoring;
  for (bool ready = false; !newsroom.stopped();) {
    gate.tend(workplace, read_clocks());
    const ClockReading rested = read_clocks();
    wake_up.tend(rested.running);
    const auto patience =
        std::clamp(std::min({lookout.until_due(rested), wake_up.until_due(rested.running),
                             counter.until_due(rested.running)}),
                   0ms, kHeartbeat);
    for (const News& news : newsroom.wait(patience)) {
      std::visit([&](const auto& one) { lookout.hear(one); }, news);
    }
    tell_lines(lookout, read_clocks());
    const ClockReading heard = read_clocks();
    if (counter.tend(kept.changes, kept.members, lookout.now(heard), heard.running)) {
      lookout.quarantine_changed();
    }
    const bool due = lookout.due(read_clocks());
    if (due) {
      take_due_turn(lookout, kept, workplace, systemd);
      wake_up.order(read_clocks().running);
    }
    const ClockReading at = read_clocks();
    const bool closed = sessions.tend(lookout.now(at), at.running);
    monitoring.tell(lookout, kept.state, workplace, due || closed);
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

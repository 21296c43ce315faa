#include "confgen/session_guard.h"

#include <fmt/format.h>

#include <algorithm>

#include "bird/control_socket.h"
#include "confgen/session_orders.h"
#include "confgen/turn.h"

namespace peerlab::confgen {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

// A slow BIRD delays no lease for longer.
constexpr std::chrono::seconds kPatience{2};
constexpr milliseconds kLongestBetween = 5s;
constexpr int kLooksUntilStuck = 4;

milliseconds patience_of(const Workplace& workplace) {
  return workplace.site ? workplace.site->stuck_reader : 0s;
}

Closings closings_before(const std::filesystem::path& file) {
  return read_or_anew(load_closings(file), file, kWithoutClosings, Damaged::SetAside);
}

}  // namespace

SessionGuard::SessionGuard(const Workplace& workplace)
    : workplace_{workplace},
      between_looks_{std::min(patience_of(workplace) / kLooksUntilStuck, kLongestBetween)},
      readers_{patience_of(workplace)},
      closings_{closings_before(closings_file(workplace.options.state_directory))} {}

bool SessionGuard::tend(Instant now, milliseconds running) {
  if (!workplace_.site || running < next_) return false;
  next_ = running + between_looks_;
  const auto queues = read_send_queues();
  if (!queues) complain(fmt::format("{}: who reads nothing is not seen", queues.error().detail));
  // Who publishes the policy says that BIRD is down.
  Result<bird::ControlSocket> bird =
      bird::ControlSocket::connect(workplace_.options.bird_socket, kPatience);
  if (!bird) return false;
  const Result<std::string> shown = bird->ask("show protocols all \"peerlab_*\"");
  if (!shown) return false;
  SessionsSeen seen{bird::read_sessions(*shown), {}, now};
  if (queues) seen.stuck = readers_.look(*queues, running);
  const Closings before = closings_;
  const SessionOrders orders = order(seen, closings_);
  for (const std::string& line : orders.lines) say(line);
  for (const std::string& command : orders.commands) {
    const Result<std::string> done = bird->ask(command);
    if (!done) complain(done.error().detail);
  }
  if (closings_ == before) return false;
  const Result<void> stored =
      store_closings(closings_file(workplace_.options.state_directory), closings_);
  if (!stored) complain(stored.error().detail);
  return true;
}

void SessionGuard::complain(std::string problem) {
  if (problem != problem_) say(problem);
  problem_ = std::move(problem);
}

}  // namespace peerlab::confgen

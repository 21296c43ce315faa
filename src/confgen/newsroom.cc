#include "confgen/newsroom.h"

#include <random>

#include "confgen/backoff.h"

namespace peerlab::confgen {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

constexpr std::chrono::seconds kWait = 30s;
// Between a fresh answer and the next question: many leases in one moment are one turn.
constexpr std::chrono::milliseconds kBreath = 50ms;

class Chance {
 public:
  double operator()() { return spread_(random_); }

 private:
  std::mt19937 random_{std::random_device{}()};
  std::uniform_real_distribution<double> spread_{0.0, 1.0};
};

}  // namespace

void Newsroom::post(News news) {
  const std::lock_guard lock{mutex_};
  news_.push_back(std::move(news));
  changed_.notify_all();
}

std::vector<News> Newsroom::wait(std::chrono::milliseconds patience) {
  std::unique_lock lock{mutex_};
  changed_.wait_for(lock, patience, [this] { return stopped_ || !news_.empty(); });
  return std::exchange(news_, {});
}

void Newsroom::stop() {
  const std::lock_guard lock{mutex_};
  stopped_ = true;
  changed_.notify_all();
}

bool Newsroom::stopped() const {
  const std::lock_guard lock{mutex_};
  return stopped_;
}

bool Newsroom::pause(std::chrono::milliseconds time) {
  std::unique_lock lock{mutex_};
  return changed_.wait_for(lock, time, [this] { return stopped_; });
}

// A gateway that keeps no question, as the existing one, is asked at Headscale's pace.
void ask_gateway(const OneShotOptions& options, Newsroom& newsroom) {
  const http::Client client;
  Backoff backoff;
  Chance chance;
  LongPoll poll{"", 0s};
  for (std::chrono::milliseconds pause{0}; !newsroom.pause(pause);) {
    const Steady::time_point asked = Steady::now();
    Result<MappingsAnswer> answer = ask_for_mappings(client, options, poll);
    if (answer) {
      backoff.reset();
      const bool kept = answer->fresh || Steady::now() - asked > kWait / 2;
      const bool keeps = !answer->etag.empty() && kept;
      pause = keeps ? kBreath : options.headscale_poll;
      poll = {answer->etag, answer->etag.empty() ? 0s : kWait};
    } else {
      pause = backoff.next(chance());
      poll.wait = 0s;
    }
    newsroom.post(MappingsNews{std::move(answer), read_clocks()});
  }
}

void ask_headscale(const OneShotOptions& options, Newsroom& newsroom) {
  const http::Client client;
  Backoff backoff;
  Chance chance;
  for (std::chrono::milliseconds pause{0}; !newsroom.pause(pause);) {
    Result<Readable<Node>> answer = ask_for_nodes(client, options);
    if (answer) backoff.reset();
    pause = answer ? options.headscale_poll : backoff.next(chance());
    newsroom.post(NodesNews{std::move(answer), read_clocks()});
  }
}

}  // namespace peerlab::confgen

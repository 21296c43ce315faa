// ./dev bench watch: with 1,000 members' rows, how long --watch needs from a granted lease to BIRD,
// and from its end to its absence there, with the gateway up and down; and what it costs while
// nothing changes.  A table on stderr, JSON on stdout.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <functional>
#include <iostream>
#include <thread>

#include "confgen/lease_clock.h"
#include "tests/generator/live_gateway.h"
#include "tests/generator/running_watch.h"

namespace peerlab::generator_test {
namespace {

using namespace std::chrono_literals;
using Seconds = std::chrono::duration<double>;
using Steady = std::chrono::steady_clock;

constexpr unsigned kMembers = 990;  // the pool of the test's gateway has 999 ASNs
constexpr unsigned kRounds = 40;
constexpr std::chrono::seconds kIdle = 30s;

struct Spread {
  std::vector<double> seconds;
  [[nodiscard]] double part(double of) {
    std::ranges::sort(seconds);
    return seconds.at(static_cast<std::size_t>(of * static_cast<double>(seconds.size() - 1)));
  }
  [[nodiscard]] boost::json::object json() {
    return {{"p50", part(0.5)}, {"p99", part(0.99)}, {"max", part(1.0)}, {"count", seconds.size()}};
  }
};

class Bench {
 public:
  Bench() {
    std::vector<std::string> nodes;
    for (unsigned number = 1; number <= kMembers; ++number) {
      gateway_.enrol(number);
      (void)gateway_.lease(number, 1h);
      nodes.push_back(gateway_.node_of(number));
    }
    server_.tell_nodes(nodes);
    watch_ = std::make_unique<RunningWatch>(server_, gateway_.flags(server_.folder()));
    wait_until([&] { return has_session(server_.policy(), 100); });
    std::this_thread::sleep_for(1s);
  }

  boost::json::object run() {
    const double idle = idle_share();
    Spread granted, ended, ended_alone, ignored;  // while a gateway that was down is left alone
    for (unsigned round = 0; round < kRounds; ++round) {
      const Lease lease = grant(granted);
      ended.seconds.push_back(seconds_to_absence(lease));
    }
    for (unsigned round = 0; round < kRounds / 4; ++round) {
      const Lease lease = grant(ignored);
      gateway_.stop();
      ended_alone.seconds.push_back(seconds_to_absence(lease));
      gateway_.start();
    }
    return {{"members", kMembers},
            {"granted_to_bird", granted.json()},
            {"ended_to_absent", ended.json()},
            {"ended_to_absent_without_gateway", ended_alone.json()},
            {"idle_share_of_a_core", idle}};
  }

 private:
  static void wait_until(const std::function<bool()>& happens) {
    const auto end = Steady::now() + 20s;
    for (; !happens(); std::this_thread::sleep_for(2ms)) {
      if (Steady::now() > end) throw std::runtime_error("it takes more than 20 s");
    }
  }
  [[nodiscard]] bool in_force(const Lease& lease, unsigned member) const {
    const std::string asked =
        fmt::format("eval peerlab_lease({}, {})", lease.prefix.text(), 65000 + member);
    return server_.bird_says(asked).find("TRUE") != std::string::npos;
  }
  Lease grant(Spread& granted) {
    member_ = member_ % kMembers + 1;
    std::this_thread::sleep_for(1s + std::chrono::milliseconds{member_ * 37 % 400});
    const auto begin = Steady::now();
    const Lease lease = gateway_.lease(member_, 3s);
    wait_until([&] { return in_force(lease, member_); });
    granted.seconds.push_back(Seconds{Steady::now() - begin}.count());
    return lease;
  }
  double seconds_to_absence(const Lease& lease) {
    wait_until([&] { return !in_force(lease, member_); });
    return Seconds{confgen::read_clocks().wall - lease.window.end()}.count();
  }
  double idle_share() {
    const auto before = watch_->processor_time();
    std::this_thread::sleep_for(kIdle);
    return Seconds{watch_->processor_time() - before} / Seconds{kIdle};
  }

  LiveGateway gateway_;
  IxpServer server_;
  std::unique_ptr<RunningWatch> watch_;
  unsigned member_ = 0;
};

void print_table(const boost::json::object& figures) {
  for (const auto& [name, value] : figures) {
    const std::string label{name};
    if (const auto* const spread = value.if_object()) {
      std::cerr << fmt::format("  {:<34} p50 {:5.0f} ms   p99 {:5.0f} ms   max {:5.0f} ms\n", label,
                               spread->at("p50").to_number<double>() * 1000,
                               spread->at("p99").to_number<double>() * 1000,
                               spread->at("max").to_number<double>() * 1000);
    } else {
      std::cerr << fmt::format("  {:<34} {:.4g}\n", label, value.to_number<double>());
    }
  }
}

}  // namespace
}  // namespace peerlab::generator_test

int main() {
  if (!peerlab::generator_test::has_namespaces()) {
    std::cerr << "SKIP: needs root, bird and unshare for a network namespace\n";
    return 77;
  }
  const boost::json::object figures = peerlab::generator_test::Bench{}.run();
  peerlab::generator_test::print_table(figures);
  std::cout << boost::json::serialize(figures) << "\n";
}

// peerlab-bird-config --watch, the gateway's long-poll and a BIRD that answers.
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <thread>

#include "confgen/lease_clock.h"
#include "tests/generator/live_gateway.h"
#include "tests/generator/running_watch.h"

namespace peerlab::generator_test {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;
using Steady = std::chrono::steady_clock;

bool within(milliseconds patience, const std::function<bool()>& happens) {
  for (const auto end = Steady::now() + patience; !happens(); std::this_thread::sleep_for(5ms)) {
    if (Steady::now() > end) return false;
  }
  return true;
}

std::size_t times(std::string_view text, std::string_view line) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(line, at)) != std::string_view::npos; ++at) ++count;
  return count;
}

class Watch : public testing::Test {
 protected:
  void SetUp() override {
    SKIP_WITHOUT_NAMESPACES();
    server_ = std::make_unique<IxpServer>();
    server_->tell_nodes({gateway_.node_of(1), gateway_.node_of(2)});
    for (const unsigned number : {1U, 2U}) gateway_.enrol(number);
  }
  void start(const std::filesystem::path& notify_socket = {}) {
    watch_ = std::make_unique<RunningWatch>(*server_, from_gateway(), notify_socket);
    ASSERT_TRUE(within(5s, [&] { return has_session(server_->policy(), 2); })) << watch_->log();
  }
  [[nodiscard]] std::vector<std::string> from_gateway() const {
    return gateway_.flags(server_->folder());
  }
  [[nodiscard]] bool in_bird(const Lease& lease) const {
    const std::string table = server_->bird_says("show route table peerlab_leases");
    return table.find(lease.prefix.text()) != std::string::npos;
  }

  LiveGateway gateway_;
  std::unique_ptr<IxpServer> server_;
  std::unique_ptr<RunningWatch> watch_;
};

std::chrono::duration<double> since(Instant instant) {
  return confgen::read_clocks().wall - instant;
}

TEST_F(Watch, TellsBirdOfALeaseAtOnce) {
  start();
  const Lease lease = gateway_.lease(1, 1h);
  EXPECT_TRUE(within(2s, [&] { return in_bird(lease); })) << watch_->log();
}

TEST_F(Watch, TakesALeaseFromBirdAtItsEndWhetherTheGatewayIsUpOrNot) {
  start();
  for (const bool up : {true, false}) {
    const Lease lease = gateway_.lease(1, 3s);
    ASSERT_TRUE(within(2s, [&] { return in_bird(lease); })) << watch_->log();
    if (!up) gateway_.stop();
    EXPECT_TRUE(within(5s, [&] { return !in_bird(lease); })) << watch_->log();
    EXPECT_GE(since(lease.window.end()).count(), 0.0);
    EXPECT_LT(since(lease.window.end()), 1s) << (up ? "with" : "without") << " the gateway";
  }
}

TEST_F(Watch, LeavesEverythingAloneWhileNothingChanges) {
  start();
  ASSERT_TRUE(within(5s, [&] { return server_->reconfigurations() == 1; }));
  std::this_thread::sleep_for(500ms);
  const auto changes = [&] {
    std::vector<std::int64_t> instants;
    for (const auto& file : {server_->policy_file(), server_->state_directory() / "facts.json",
                             server_->state_directory() / "state.json"}) {
      struct stat status {};
      EXPECT_EQ(::stat(file.c_str(), &status), 0) << file;
      instants.push_back(status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec);
      instants.push_back(static_cast<std::int64_t>(status.st_ino));
    }
    return instants;
  };
  const auto before = changes();
  const std::size_t asked = server_->headscale.requests().size();
  std::this_thread::sleep_for(3s);
  EXPECT_EQ(changes(), before);
  EXPECT_EQ(server_->reconfigurations(), 1U);
  EXPECT_GE(server_->headscale.requests().size(), asked + 2);
}

TEST_F(Watch, SaysOnceThatTheGatewayIsDownAndOnceThatItIsBackAndGoesOn) {
  start();
  gateway_.stop();
  ASSERT_TRUE(within(5s, [&] { return times(watch_->log(), "the gateway: ") == 1; }));
  std::this_thread::sleep_for(2s);
  EXPECT_TRUE(has_session(server_->policy(), 1));
  gateway_.start();
  const Lease lease = gateway_.lease(1, 1h);
  EXPECT_TRUE(within(10s, [&] { return in_bird(lease); })) << watch_->log();
  EXPECT_EQ(times(watch_->log(), "the gateway: "), 1U) << watch_->log();
  EXPECT_EQ(times(watch_->log(), "the gateway answers again"), 1U) << watch_->log();
}

TEST_F(Watch, ServesAGatewayThatKeepsNoQuestion) {
  server_->tell_members(1);
  watch_ = std::make_unique<RunningWatch>(*server_, std::vector<std::string>{});
  ASSERT_TRUE(within(10s, [&] { return has_session(server_->policy(), 1); })) << watch_->log();
  server_->tell_members(2);
  EXPECT_TRUE(within(5s, [&] { return has_session(server_->policy(), 2); })) << watch_->log();
  std::this_thread::sleep_for(1500ms);
  EXPECT_LT(server_->gateway.requests().size(), 20U) << "it is asked again and again";
}

TEST_F(Watch, EndsWithinASecondOfTheSignalAlsoWhileTheGatewayKeepsItsQuestion) {
  start();
  const auto begin = Steady::now();
  EXPECT_EQ(watch_->stop(), 0);
  EXPECT_LT(Steady::now() - begin, 1s);
}

TEST_F(Watch, IsTheOnlyOneAtWorkAndLeavesTheLockWhenItIsKilled) {
  start();
  const auto begin = Steady::now();
  const Outcome single = server_->generate(from_gateway());
  EXPECT_LT(Steady::now() - begin, 5s);
  EXPECT_EQ(single.exit_code, 1);
  EXPECT_THAT(single.errors, HasSubstr("--watch is at work"));
  watch_.reset();
  EXPECT_EQ(server_->generate(from_gateway()).exit_code, 0);
}

TEST_F(Watch, IsASingleRunsEqual) {
  start();
  const Lease lease = gateway_.lease(1, 1h);
  ASSERT_TRUE(within(2s, [&] { return in_bird(lease); }));
  watch_->stop();
  const std::string policy = server_->policy();
  const std::size_t asked = server_->reconfigurations();
  EXPECT_EQ(server_->generate(from_gateway()).exit_code, 0);
  EXPECT_EQ(server_->policy(), policy);
  EXPECT_EQ(server_->reconfigurations(), asked);
}

TEST_F(Watch, GivesAWaitingPolicyToABirdThatComesBack) {
  start();
  server_->stop_bird();
  gateway_.enrol(3);
  server_->tell_nodes({gateway_.node_of(1), gateway_.node_of(2), gateway_.node_of(3)});
  ASSERT_TRUE(within(5s, [&] { return times(watch_->log(), "BIRD is not reachable") == 1; }))
      << watch_->log();
  server_->start_bird();
  EXPECT_TRUE(within(10s, [&] { return times(watch_->log(), "applied again") == 1; }))
      << watch_->log();
  EXPECT_TRUE(within(10s, [&] {
    return server_->bird_says("show protocols").find("peerlab_n3") != std::string::npos;
  })) << watch_->log();
}

TEST_F(Watch, TellsSystemdThatItIsReadyAndAlive) {
  sockaddr_un address{AF_UNIX, {}};
  const std::string path = server_->folder() / "notify";
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const int systemd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ASSERT_EQ(::bind(systemd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  start(path);
  std::string heard;
  const auto listen = [&] {
    std::array<char, 512> bytes{};
    for (ssize_t got; (got = ::recv(systemd, bytes.data(), bytes.size(), MSG_DONTWAIT)) > 0;) {
      heard.append(bytes.data(), static_cast<std::size_t>(got)).append("\n");
    }
    return times(heard, "WATCHDOG=1") >= 3;
  };
  EXPECT_TRUE(within(5s, listen)) << heard;
  EXPECT_EQ(times(heard, "READY=1"), 1U);
  EXPECT_THAT(heard, HasSubstr("STATUS=2 sessions, 0 leases\n"));
  watch_->stop();
  (void)listen();
  EXPECT_THAT(heard, HasSubstr("STOPPING=1"));
  ::close(systemd);
}

}  // namespace
}  // namespace peerlab::generator_test

// The server is rebooted while gateway and Headscale are down.  Members and upstream are BIRDs with
// sessions of their own, members' as `peerlab-client render` writes them: all of them, and all they
// announce, are back within 60 s, from files alone.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <iostream>
#include <optional>
#include <stdexcept>
#include <thread>

#include "confgen/exit_code.h"
#include "tests/attack/running_bird.h"
#include "tests/generator/ixp_server.h"

namespace peerlab::generator_test {
namespace {

using namespace std::chrono_literals;
using attack::NetworkNamespace;
using attack::RunningBird;
using confgen::exit_code::kDone;
using confgen::exit_code::kSourceFailed;

constexpr unsigned kMembers = 3;

constexpr std::string_view kTransit = R"([[upstream]]
name = "transit"
asn = 64496
address = "2001:db8:ff::2"
local_address = "2001:db8:ff::1"
)";

// With the times that BIRD has where nobody names any.
constexpr std::string_view kTransitsBird = R"(router id 192.0.2.5;
log stderr all;
protocol device { scan time 1; }
protocol static world { ipv6; route 2600:1000::/32 unreachable; }
protocol bgp ixp {
  local 2001:db8:ff::2 as 64496; neighbor 2001:db8:ff::1 as 64500; local role provider;
  ipv6 { import all; export where source = RTS_STATIC; };
}
)";

constexpr std::string_view kSites =
    R"({"asn":64500,"sites":[{"name":"ams01","node_id":200,"overlay_ipv4":"100.64.0.200",)"
    R"("overlay_ipv6":"fd7a:115c:a1e0::200"}]})";

NetworkNamespace made() {
  auto place = NetworkNamespace::make();
  if (!place) throw std::runtime_error(place.error().detail);
  return std::move(*place);
}

void batch(const NetworkNamespace& place, const std::string& lines) {
  const auto done = attack::ip_batch(place, lines);
  if (!done) throw std::runtime_error(done.error().detail);
}

std::string prefix(unsigned number) { return fmt::format("3fff:100:{:x}::/48", number); }

// A machine around a router, which it reaches by the bridge `port`: that keeps its carrier where
// the other end of the wire goes down with its server, as an overlay or a switch does, so that
// nobody learns of it before the next keepalive.
struct Machine {
  explicit Machine(const std::string& addresses) : place{made()} {
    batch(place, "link add port type bridge\n" + addresses +
                     "link add rest type veth peer name end\nlink set end up\n"
                     "link set rest master port up\nlink set port up\n");
  }
  void run(const std::string& configuration) {
    auto started = RunningBird::start(place, {{"bird.conf", configuration}});
    if (!started) throw std::runtime_error(started.error().detail);
    bird = std::move(*started);
  }
  [[nodiscard]] bool knows(const std::string& route) const {
    return !bird->routes(*Ipv6Prefix::parse(route)).empty();
  }
  NetworkNamespace place;
  std::unique_ptr<RunningBird> bird;
};

class Reboot : public testing::Test {
 protected:
  void SetUp() override {
    SKIP_WITHOUT_NAMESPACES();
    transit_.emplace("addr add 2001:db8:ff::2/64 dev port\n");
    for (unsigned number = 1; number <= kMembers; ++number) {
      members_.emplace_back(
          fmt::format("addr add 100.64.0.{0}/10 dev port\naddr add fd7a:115c:a1e0::{0:x}/48 dev "
                      "port\n",
                      number));
    }
    build_server();
    server_.emplace(kTransit, &*place_);
    server_->tell_members(kMembers);
    ASSERT_EQ(server_->generate().exit_code, kDone);
    transit_->run(std::string{kTransitsBird});
    for (unsigned number = 1; number <= kMembers; ++number) {
      members_[number - 1].run(configuration(number));
    }
  }

  // The machine with nothing in it yet; its hardware addresses are the same after a reboot.
  void build_server() {
    std::string lines =
        "link add overlay0 address 02:00:00:00:00:c8 type bridge\n"
        "addr add 100.64.0.200/10 dev overlay0\naddr add fd7a:115c:a1e0::200/48 dev overlay0\n"
        "link set overlay0 up\n" +
        fmt::format(
            "link add transit address 02:00:00:00:00:01 type veth peer name wire netns {}\n"
            "addr add 2001:db8:ff::1/64 dev transit\nlink set transit up\n",
            transit_->place.path());
    for (unsigned i = 0; i < kMembers; ++i) {
      lines += fmt::format(
          "link add m{0} type veth peer name wire netns {1}\nlink set m{0} master overlay0 up\n", i,
          members_[i].place.path());
    }
    place_.emplace(made());
    batch(*place_, lines);
    everywhere("link set wire master port up\n");
  }

  void everywhere(const std::string& line) {
    batch(transit_->place, line);
    for (const Machine& member : members_) batch(member.place, line);
  }

  // Nobody is told: no end of a connection leaves the machine.
  void lose_power() {
    everywhere("link del wire\n");
    server_->stop_bird();
    place_.reset();
  }

  // As a member has it.
  [[nodiscard]] static std::string configuration(unsigned number) {
    testing_support::LoopbackServer api;
    api.answer(testing_support::http_answer("200 OK", std::string{kSites}));
    const auto rendered =
        run({{PEERLAB_BINARY_DIR "/bin/peerlab-client", "render"},
             {{"USER_ASN", std::to_string(65000 + number)},
              {"USER_PREFIXES", prefix(number)},
              {"PEERLAB_API_URL", api.url("")},
              {"PEERLAB_OVERLAY_IPV4", fmt::format("100.64.0.{}", number)},
              {"PEERLAB_OVERLAY_IPV6", fmt::format("fd7a:115c:a1e0::{:x}", number)}}});
    if (!rendered || !rendered->ok()) throw std::runtime_error(rendered->errors);
    return rendered->output;
  }

  // Who lacks what; "" where everybody's session is established, the upstream has every member's
  // announcement, and every member has everybody's else and the world's.
  [[nodiscard]] std::string missing() {
    std::string text;
    const auto want = [&](bool there, const std::string& what) {
      if (!there) text += what + "\n";
    };
    const std::string sessions = server_->bird_says("show protocols");
    std::size_t established = 0;
    for (auto at = sessions.find("Established"); at != std::string::npos;
         at = sessions.find("Established", at + 1)) {
      ++established;
    }
    want(established == kMembers + 1, "sessions:\n" + sessions);
    for (unsigned number = 1; number <= kMembers; ++number) {
      want(transit_->knows(prefix(number)), "at transit: " + prefix(number));
      for (unsigned other = 1; other <= kMembers; ++other) {
        want(members_[number - 1].knows(prefix(other)),
             fmt::format("at member {}: {}", number, prefix(other)));
      }
      want(members_[number - 1].knows("2600:1000::/32"),
           fmt::format("at member {}: world", number));
    }
    return text;
  }
  [[nodiscard]] std::string still_missing_after(std::chrono::seconds patience) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    std::string text = missing();
    while (!text.empty() && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(200ms);
      text = missing();
    }
    return text;
  }

  std::optional<Machine> transit_;
  std::vector<Machine> members_;
  std::optional<NetworkNamespace> place_;
  std::optional<IxpServer> server_;
};

TEST_F(Reboot, BringsEverySessionAndAnnouncementBackWithin60SecondsFromFilesAlone) {
  ASSERT_EQ(still_missing_after(60s), "");
  server_->gateway.stop();
  server_->headscale.stop();
  lose_power();
  build_server();
  const auto began = std::chrono::steady_clock::now();
  server_->move_to(*place_);
  server_->start_bird();
  EXPECT_EQ(server_->generate().exit_code, kSourceFailed) << "the first run after the boot";
  EXPECT_EQ(still_missing_after(60s), "");
  std::cout << fmt::format("back after {} s\n", (std::chrono::steady_clock::now() - began) / 1s);
}

}  // namespace
}  // namespace peerlab::generator_test

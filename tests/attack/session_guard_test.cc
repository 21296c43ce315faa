// Rows 10 and 27 of the attack table (POLICY.md 2) with `peerlab-bird-config --watch` beside BIRD.
// Nobody answers it: who harms the server is closed while gateway and Headscale are down.
#include <fmt/format.h>

#include <boost/json.hpp>
#include <thread>

#include "base/file.h"
#include "base/json.h"
#include "tests/attack/generator_command.h"
#include "tests/attack/outcome.h"

namespace peerlab::attack {
namespace {

namespace bgp = testing_support::bgp;
namespace json = boost::json;
using namespace std::chrono_literals;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::StartsWith;

// Members that exist in the exchange's policy are enough: what --watch itself would publish waits
// for its sources.
constexpr const char* kSite = R"(name = "ams01"
asn = 64500
router_id = "192.0.2.1"
overlay_ipv4 = "100.64.0.1"
overlay_ipv6 = "fd7a:115c:a1e0::1"
pool = ["3fff:100::/40"]
stuck_reader_seconds = 3
)";

class SessionGuard : public ExchangeOfAnyForm {
 protected:
  void SetUp() override {
    ExchangeOfAnyForm::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    ASSERT_TRUE(write_file(folder_ / "site.toml", kSite));
    ASSERT_TRUE(write_file(folder_ / "key", "nobody-asks-for-it"));
    auto started = Daemon::start(exchange().ixp_place(),
                                 generator_command(exchange(), GetParam(), folder_.path(),
                                                   folder_ / "policy.conf", {"--watch"}),
                                 folder_ / "log");
    ASSERT_TRUE(started) << started.error().detail;
    watch_ = std::make_unique<Daemon>(std::move(*started));
  }

  [[nodiscard]] std::string log() const { return read_file(folder_ / "log").value_or(""); }
  // What `status -o json` says of the neighbour; nothing where it says nothing.
  [[nodiscard]] json::object closing_of(const Attacker& who) const {
    const auto run_status =
        run({{kGenerator, "status", "-o", "json", "--state-directory", folder_ / "state"}});
    const auto document = run_status ? parse_json(run_status->output) : fail(run_status.error());
    if (!document) return {};
    for (const json::value& closing : document->at("closed_sessions").as_array()) {
      if (closing.at("neighbour") == json::value(who.address)) return closing.as_object();
    }
    return {};
  }
  [[nodiscard]] bool closed_times(const Attacker& who, int times) const {
    const json::object closing = closing_of(who);
    return !closing.empty() && closing.at("times") == times;
  }
  // Of the session itself, not of what waits for it.
  [[nodiscard]] static std::string name_of(const Attacker& who) {
    const std::string shown =
        exchange().ixp().ask("show protocols \"" + exchange().session_of(who) + "*\"");
    const std::size_t at = shown.find("peerlab_");
    return shown.substr(at, shown.find(' ', at) - at);
  }
  [[nodiscard]] static bool is_down(const Attacker& who) {
    return exchange().ixp().ask("show protocols " + name_of(who)).find(" down ") !=
           std::string::npos;
  }
  [[nodiscard]] std::string metrics() const {
    return read_file(folder_ / "state/metrics.prom").value_or("");
  }
  [[nodiscard]] bool has_metric(const std::string& sample) const {
    return metrics().find("\npeerlab_policy_" + sample + "\n") != std::string::npos;
  }

  const testing_support::TemporaryFolder folder_;
  std::unique_ptr<Daemon> watch_;
};

// The world, told again and again: 10,000 routes with a path each, so that no two share an update.
class Upstream {
 public:
  explicit Upstream(Exchange& exchange)
      : speaker_{exchange.connect(kRawUpstream, kIxpToRawUpstream)} {
    EXPECT_TRUE(speaker_.establish({.asn = kRawUpstreamAs}));
  }
  // At most once a second.
  void tell_everything() {
    if (std::chrono::steady_clock::now() < next_) return;
    next_ = std::chrono::steady_clock::now() + 1s;
    bgp::Bytes bytes = bgp::message(bgp::Kind::Keepalive, "");
    ++round_;
    for (std::uint32_t i = 0; i < kRoutes; ++i) {
      bytes += bgp::announcement(route(i), {kRawUpstreamAs, 3000 + i, 20'000 + round_},
                                 *Ipv6::parse(kRawUpstream));
    }
    EXPECT_TRUE(speaker_.send(bytes));
  }
  [[nodiscard]] static bool is_known_to(RunningBird& bird) {
    return !bird.routes(route(kRoutes - 1)).empty();
  }

 private:
  static Ipv6Prefix route(std::uint32_t number) {
    return *Ipv6Prefix::parse(fmt::format("2600:{:x}::/32", 0x4000 + number));
  }
  static constexpr std::uint32_t kRoutes = 10'000;
  bgp::Speaker speaker_;
  std::uint32_t round_ = 0;
  std::chrono::steady_clock::time_point next_{};
};

// The NOTIFICATION that a session ends with, whatever updates come first: its code and subcode, and
// the words (RFC 9003).
std::string last_words(bgp::Speaker& speaker) {
  while (const auto message = speaker.receive(15s)) {
    if (message->kind != bgp::Kind::Notification) continue;
    const std::string_view body = message->body;
    return fmt::format("{}/{} {}", int{body.at(0)}, int{body.at(1)},
                       body.size() > 3 ? body.substr(3) : "");
  }
  return "the connection ended without a word";
}

std::string since_of(RunningBird& bird) {
  const std::string shown = bird.ask("show protocols ixp");
  return shown.substr(shown.find("ixp"));
}

// Row 27.  The second session is closed for longer.
TEST_P(SessionGuard, ClosesWhoKeepsItsSessionAliveAndNeverReads) {
  Upstream world{exchange()};
  const Attacker stuck = exchange().attacker();
  const std::string bobs = since_of(exchange().bob());
  world.tell_everything();
  ASSERT_TRUE(eventually([&] { return world.is_known_to(exchange().bob()); }, 20s));
  const std::uint64_t before = exchange().ixp().resident_kib();
  for (const auto& [times, words] : {std::pair{1, "6/4 PeerLab: your router reads nothing"},
                                     {2, "6/2 PeerLab: your router reads nothing"}}) {
    bgp::Speaker speaker = exchange().connect(stuck.address);
    ASSERT_TRUE(speaker.establish({.asn = stuck.asn})) << log();
    const auto keep_alive = [&] { speaker.send(bgp::message(bgp::Kind::Keepalive, "")); };
    keep_alive();
    EXPECT_TRUE(
        eventually([&] { return world.tell_everything(), closed_times(stuck, times); }, 40s))
        << log();
    // It reads again, in the seconds that BIRD waits for that.
    EXPECT_THAT(last_words(speaker), StartsWith(words));
  }
  const json::object closing = closing_of(stuck);
  EXPECT_EQ(closing.at("reason"), "stuck-reader");
  EXPECT_EQ(closing.at("closed"), true);
  EXPECT_FALSE(exchange().connect(stuck.address).establish({.asn = stuck.asn}));
  EXPECT_LT(exchange().ixp().resident_kib(), before + 16 * 1024);
  EXPECT_EQ(since_of(exchange().bob()), bobs) << "another member's session was touched";
  EXPECT_THAT(log(), HasSubstr(stuck.address));
  EXPECT_TRUE(eventually([&] {
    return has_metric("session_closings_total{reason=\"stuck-reader\"} 2");
  })) << metrics();
}

// Row 27's other side: its queue is never empty, and moves.
TEST_P(SessionGuard, LeavesASlowReaderAlone) {
  Upstream world{exchange()};
  const Attacker slow = exchange().attacker();
  bgp::Speaker speaker = exchange().connect(slow.address);
  ASSERT_TRUE(speaker.establish({.asn = slow.asn}));
  const auto end = std::chrono::steady_clock::now() + 5s;
  for (unsigned messages = 0; std::chrono::steady_clock::now() < end; ++messages) {
    world.tell_everything();
    ASSERT_TRUE(speaker.receive(10s)) << messages << log();
    std::this_thread::sleep_for(1ms);
  }
  EXPECT_TRUE(closing_of(slow).empty()) << log();
  EXPECT_TRUE(exchange().established(slow));
}

bgp::Bytes leak_of(const Attacker& who) {
  bgp::Bytes bytes;
  for (unsigned route = 0; route < 17; ++route) {
    bytes += bgp::announcement(*Ipv6Prefix::parse(fmt::format("2600:{:x}::/32", 0x3000 + route)),
                               {who.asn, 3356}, who.next_hop);
  }
  return bytes;
}

// Row 10.  BIRD itself closes; what the member cannot read in 6/1 stands in `status`, and in the
// NOTIFICATION once it comes back before its time.
TEST_P(SessionGuard, SaysWhoLeaksAndKeepsOutWhoLeaksAgain) {
  const Attacker leaker = exchange().attacker();
  for (const int times : {1, 2}) {
    bgp::Speaker speaker = exchange().connect(leaker.address);
    ASSERT_TRUE(speaker.establish({.asn = leaker.asn})) << log();
    speaker.send(leak_of(leaker));
    EXPECT_THAT(last_words(speaker), StartsWith("6/1"));
    ASSERT_TRUE(eventually([&] { return closed_times(leaker, times); }, 20s)) << log();
    const json::object closing = closing_of(leaker);
    EXPECT_EQ(closing.at("reason"), "too-many-prefixes");
    EXPECT_EQ(closing.at("reason_number"), 104);
    // The function form's BIRD forgets it with the session.
    if (GetParam() == bird::Form::Sessions) {
      EXPECT_EQ(closing.at("asn"), leaker.asn);
    }
    EXPECT_EQ(closing.at("closed"), true);
    EXPECT_TRUE(eventually(
        [&] { return has_metric("sessions_closed{reason=\"too-many-prefixes\"} 1"); }, 20s))
        << metrics();
    if (times > 1) break;
    // In place of 30 s.  BIRD tells the second since when.
    std::this_thread::sleep_for(1100ms);
    EXPECT_THAT(exchange().ixp().ask("restart " + name_of(leaker)), HasSubstr("restarted"));
  }
  EXPECT_TRUE(eventually([&] { return is_down(leaker); }, 20s)) << log();
  exchange().publish();  // which forgets that it is down
  bgp::Speaker speaker = exchange().connect(leaker.address);
  ASSERT_TRUE(speaker.establish({.asn = leaker.asn})) << log();
  EXPECT_THAT(last_words(speaker),
              testing::MatchesRegex("6/2 PeerLab: you sent more than 16 routes: your export filter "
                                    "leaks; closed until .*00:00"));
  EXPECT_TRUE(closed_times(leaker, 2)) << "to come back is no offence";
}

PEERLAB_IN_BOTH_FORMS(SessionGuard);

}  // namespace
}  // namespace peerlab::attack

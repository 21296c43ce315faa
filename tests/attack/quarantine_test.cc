// Row 26 of the attack table (POLICY.md 2): BIRD cannot damp, `peerlab-bird-config --watch` beside
// it counts.  Gateway and Headscale are down the whole time: the kept facts are enough.
#include <fmt/format.h>

#include <boost/json.hpp>
#include <optional>
#include <thread>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "confgen/facts.h"
#include "tests/attack/generator_command.h"
#include "tests/attack/outcome.h"
#include "tests/support/facts/facts.h"

namespace peerlab::attack {
namespace {

namespace bgp = testing_support::bgp;
namespace json = boost::json;
using namespace std::chrono_literals;
using testing::HasSubstr;

// The budget as it is by default; how long a quarantine is says the test.
constexpr const char* kSite = R"(name = "ixpfra01"
asn = 64500
router_id = "100.64.0.1"
overlay_ipv4 = "100.64.0.1"
overlay_ipv6 = "fd7a:115c:a1e0::1"
pool = ["3fff:100::/40"]
infrastructure = ["3fff:200::/48"]
)";
constexpr std::chrono::seconds kPatience = 30s;

// Who is told in the exchange's policy, as gateway and Headscale would say it.
confgen::Facts facts_of(const Exchange& exchange) {
  const Instant now = SystemClock{}.now();
  confgen::Facts facts{std::vector<Mapping>{}, std::vector<Node>{}};
  for (const policy::Rule& rule : exchange.rules) {
    if (rule.node.number() > 0xffff) continue;  // no overlay address of its own in machine()
    const std::string name = "member" + std::to_string(rule.node.number());
    facts.mappings->push_back(testing_support::member(name, rule.asn.number()));
    for (const policy::LeaseRow& row : exchange.leases) {
      if (row.asn != rule.asn) continue;
      facts.mappings->back().leases.push_back(
          testing_support::leased(row.prefix.text(), now - 1min, 2h));
    }
    facts.nodes->push_back(
        testing_support::machine(static_cast<std::uint32_t>(rule.node.number()), name));
  }
  return facts;
}

// A hundred times a second while it lives; the last word is an announcement.
class Flapping {
 public:
  explicit Flapping(Attack& attack)
      : thread_{[&attack](const std::stop_token& stop) {
          const Attacker& who = attack.who();
          while (!stop.stop_requested()) {
            attack.speaker().send(bgp::update(bgp::unreach({who.prefix})));
            attack.speaker().send(bgp::announcement(who.prefix, {who.asn}, who.next_hop));
            std::this_thread::sleep_for(10ms);
          }
        }} {}

 private:
  std::jthread thread_;
};

class Quarantine : public ExchangeOfAnyForm {
 protected:
  void SetUp() override {
    ExchangeOfAnyForm::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    ASSERT_TRUE(write_file(folder_ / "key", "nobody-asks-for-it"));
    std::filesystem::create_directories(state());
    ASSERT_TRUE(confgen::store_facts(state() / "facts.json", facts_of(exchange())));
  }
  void TearDown() override {
    watch_.reset();
    if (!IsSkipped() && !HasFatalFailure()) exchange().publish();
  }

  void describe_site(std::chrono::seconds quarantine) {
    ASSERT_TRUE(write_file(
        folder_ / "site.toml",
        fmt::format("{}[change_budget]\nquarantine_seconds = {}\n", kSite, quarantine.count())));
  }
  void watch_with_quarantines_of(std::chrono::seconds length) {
    describe_site(length);
    watch_again();
    ASSERT_TRUE(eventually([&] { return status().contains("last_run_at"); }, kPatience)) << log();
  }
  // As by the timer.  It says that nobody answers.
  void run_once() const {
    const auto single = run_in(exchange().ixp_place(), {command({})});
    ASSERT_TRUE(single);
    EXPECT_THAT(single->errors, HasSubstr("the last good facts stay"));
  }
  // As after `kill -9`.
  void watch_again() {
    watch_.reset();
    auto started = Daemon::start(exchange().ixp_place(), command({"--watch"}), folder_ / "log");
    ASSERT_TRUE(started) << started.error().detail;
    watch_ = std::make_unique<Daemon>(std::move(*started));
  }
  [[nodiscard]] std::vector<std::string> command(std::vector<std::string> more) const {
    const std::filesystem::path& server = exchange().ixp().folder();
    more.insert(more.end(), {"--label", "hash", "--bird-config", server / "bird.conf"});
    return generator_command(exchange(), GetParam(), folder_.path(),
                             server / "peerlab_generated.conf", more);
  }

  [[nodiscard]] std::filesystem::path state() const { return folder_ / "state"; }
  [[nodiscard]] std::string log() const { return read_file(folder_ / "log").value_or(""); }
  [[nodiscard]] json::object status() const {
    const auto told =
        run({{kGenerator, "status", "-o", "json", "--state-directory", state().string()}});
    const auto document = told ? parse_json(told->output) : fail(told.error());
    return document && document->is_object() ? document->as_object() : json::object{};
  }
  // What the list of `status` says of the member; nothing where it says nothing.
  [[nodiscard]] json::object in_status(const char* list, const Attacker& who) const {
    const std::string hash =
        UserHash::of(*Subject::parse("member" + std::to_string(who.node))).text();
    const json::object whole = status();
    if (!whole.contains(list)) return {};
    for (const json::value& one : whole.at(list).as_array()) {
      if (one.at("member") == json::value(hash)) return one.as_object();
    }
    return {};
  }
  [[nodiscard]] bool quarantined(const Attacker& who) const {
    return !in_status("quarantined", who).empty();
  }
  // Flaps until it is seen in quarantine.
  void flap(Attack& attack) const {
    const Flapping flapping{attack};
    EXPECT_TRUE(eventually([&] { return quarantined(attack.who()); }, kPatience)) << log();
  }
  void expect_settled(const Attacker& who, const Ipv6Prefix& prefix,
                      const Outcome& expected) const {
    Outcome seen;
    EXPECT_TRUE(eventually(
        [&] {
          seen = outcome(exchange(), exchange().session_of(who), prefix);
          return seen == expected;
        },
        kPatience))
        << seen << "\n instead of " << expected << "\n"
        << log();
  }

  const testing_support::TemporaryFolder folder_;
  std::unique_ptr<Daemon> watch_;
};

// How many updates of the IXP server's the upstream has had.
std::uint64_t heard_upstream(Exchange& exchange) {
  const std::string shown = exchange.upstream().ask("show protocols all ixp");
  std::uint64_t heard = 0;
  for (const std::string_view line : split(shown, '\n')) {
    const auto [name, figures] = split_once(trim(line), ':');
    if (name != "Import updates" && name != "Import withdraws") continue;
    heard += parse_decimal<std::uint64_t>(words_of(figures).at(0)).value_or(0);
  }
  return heard;
}

std::string bobs_session(Exchange& exchange) {
  const std::string shown = exchange.bob().ask("show protocols ixp");
  return shown.substr(shown.find("ixp"));
}

TEST_P(Quarantine, KeepsAFlapFromTheWorldOnceTheBudgetIsSpentAndEndsByItself) {
  watch_with_quarantines_of(2s);
  Attack attack{exchange()};
  const Attacker& who = attack.who();
  const std::string bob = bobs_session(exchange());
  EXPECT_EQ(attack.outcome_of_path({who.asn}), announced(who));
  std::optional<Flapping> flapping{std::in_place, attack};
  ASSERT_TRUE(eventually([&] { return quarantined(who); }, kPatience)) << log();
  expect_settled(who, who.prefix, refused("103"));
  const std::uint64_t heard = heard_upstream(exchange());
  const json::object told = in_status("quarantined", who);
  ASSERT_FALSE(told.empty()) << log();
  EXPECT_EQ(told.at("reason"), 103);
  EXPECT_EQ(told.at("slug"), "too-many-changes");
  EXPECT_GE(in_status("changes", who).at("damping_penalty").as_int64(), 4000);
  const auto explained = run({{kGenerator, "explain", "--site", (folder_ / "site.toml").string(),
                               "--state-directory", state().string(), "--neighbor", who.address,
                               "--prefix", who.prefix.text(), "--path", std::to_string(who.asn)}});
  ASSERT_TRUE(explained);
  EXPECT_THAT(explained->output, HasSubstr("103 too-many-changes"));
  EXPECT_THAT(explained->output, HasSubstr("in quarantine until "));
  EXPECT_TRUE(exchange().established(who));
  EXPECT_EQ(heard_upstream(exchange()), heard) << "it was told on";
  flapping.reset();
  const std::string until = in_status("quarantined", who).at("until").as_string().c_str();

  expect_settled(who, who.prefix, announced(who));
  EXPECT_GE(rfc3339(SystemClock{}.now()), until);
  EXPECT_TRUE(eventually([&] { return !quarantined(who); }, kPatience));
  EXPECT_EQ(bobs_session(exchange()), bob) << "another member's session was touched";
}

TEST_P(Quarantine, OutlivesTheProgramAndASingleRunKeepsToIt) {
  watch_with_quarantines_of(600s);
  Attack attack{exchange()};
  const Attacker& who = attack.who();
  EXPECT_EQ(attack.outcome_of_path({who.asn}), announced(who));
  flap(attack);
  expect_settled(who, who.prefix, refused("103"));
  const std::string until = in_status("quarantined", who).at("until").as_string().c_str();
  const std::uint64_t heard = heard_upstream(exchange());
  watch_.reset();
  run_once();
  expect_settled(who, who.prefix, refused("103"));
  watch_again();
  ASSERT_TRUE(
      eventually([&] { return log().find("the gateway: ") != std::string::npos; }, kPatience));
  attack.speaker().send(bgp::update(bgp::unreach({who.prefix})));
  attack.speaker().send(bgp::announcement(who.prefix, {who.asn}, who.next_hop));
  ASSERT_TRUE(eventually([&] { return in_status("changes", who).at("withdrawals").as_int64() > 4; },
                         kPatience));
  expect_settled(who, who.prefix, refused("103"));
  EXPECT_EQ(in_status("quarantined", who).at("until"), json::value(until));
  EXPECT_EQ(heard_upstream(exchange()), heard);
}

TEST_P(Quarantine, IsSeenByRunsOfTheTimerTooFromWhatBirdCountedBetweenThem) {
  describe_site(600s);
  Attack attack{exchange()};
  const Attacker& who = attack.who();
  EXPECT_EQ(attack.outcome_of_path({who.asn}), announced(who));
  run_once();
  for (int cycle = 0; cycle < 4; ++cycle) {
    EXPECT_FALSE(quarantined(who));
    attack.speaker().send(bgp::update(bgp::unreach({who.prefix})));
    EXPECT_EQ(attack.outcome_of_path({who.asn}), announced(who));
  }
  run_once();
  EXPECT_TRUE(quarantined(who));
  expect_settled(who, who.prefix, refused("103"));
}

// Each session announces once, and its own counter says 1.
TEST_P(Quarantine, IsNotEvadedByNewSessions) {
  watch_with_quarantines_of(600s);
  const Attacker who = exchange().attacker();
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!quarantined(who) && std::chrono::steady_clock::now() < end) {
    bgp::Speaker speaker = exchange().connect(who.address);
    if (!speaker.establish({.asn = who.asn})) continue;
    speaker.send(bgp::announcement(who.prefix, {who.asn}, who.next_hop));
    std::this_thread::sleep_for(50ms);
  }
  EXPECT_TRUE(quarantined(who)) << log();
}

TEST_P(Quarantine, IsNotForAMemberWhoStartsAndReconnectsTwice) {
  watch_with_quarantines_of(600s);
  const Attacker who = exchange().attacker();
  for (int losses = 0; losses <= 2; ++losses) {
    bgp::Speaker speaker = exchange().connect(who.address);
    ASSERT_TRUE(eventually([&] { return !exchange().established(who); }, kPatience));
    ASSERT_TRUE(speaker.establish({.asn = who.asn}));
    speaker.send(bgp::announcement(who.prefix, {who.asn}, who.next_hop));
    expect_settled(who, who.prefix, announced(who));
    if (losses == 2) {
      EXPECT_FALSE(quarantined(who)) << log();
      break;
    }
    std::this_thread::sleep_for(1100ms);  // BIRD tells sessions apart by the second
    speaker.close();
    const auto counted = [&] {
      const json::object changes = in_status("changes", who);
      return !changes.empty() && changes.at("sessions_lost") == losses + 1;
    };
    ASSERT_TRUE(eventually(counted, kPatience)) << log();
  }
}

PEERLAB_IN_BOTH_FORMS(Quarantine);

}  // namespace
}  // namespace peerlab::attack

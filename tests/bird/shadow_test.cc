// The shadow: only it leaves, exactly while the member's own route is accepted, with the wish that
// travelled in `weight` (POLICY.md 1.3, 1.4).  Copying `weight` through a recursive route is no
// documented behaviour of BIRD's: this is the test that every version we name must pass.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>
#include <thread>

#include "tests/bird/live_bird.h"
#include "tests/bird/shown_routes.h"
#include "tests/support/facts/facts.h"

namespace peerlab::bird {
namespace {

using testing_support::row;
using testing_support::rule;
using testing_support::small_site;
using Path = std::vector<std::uint32_t>;
using Paths = std::map<std::string, Path>;  // by prefix

constexpr std::uint32_t kAsn = 65000;
constexpr const char* kUnjudged = "3fff:100:80::/48";  // reaches the table past the judge
constexpr unsigned kWishes = 32;                       // 4 times 8 sets of groups

unsigned times_of(unsigned wish) { return 1 + wish % 4; }
bool withheld(unsigned wish, unsigned group) { return (wish / 4 >> (group - 1) & 1U) != 0; }
std::string prefix_of(unsigned wish) { return fmt::format("3fff:100:{:x}::/48", 0x40 + wish); }

policy::Policy one_member() {
  std::vector<policy::LeaseRow> leases;
  for (unsigned wish = 0; wish < kWishes; ++wish) leases.push_back(row(prefix_of(wish), kAsn));
  leases.push_back(row(kUnjudged, kAsn));
  return {{rule(17, "alice", kAsn)}, std::move(leases)};
}

// Alice's session stands in as static protocols, since their names are what the fixed part goes by.
std::string announcement(unsigned wish) {
  std::string carried = "bgp_path.empty; bgp_large_community.empty; bgp_community.add((1, 2));";
  for (unsigned i = 0; i < times_of(wish); ++i)
    carried += fmt::format(" bgp_path.prepend({});", kAsn);
  for (unsigned group = 1; group <= 3; ++group) {
    if (!withheld(wish, group)) continue;
    carried += fmt::format(" bgp_large_community.add((PEERLAB_AS, 0, {}));", group);
  }
  const policy::Rule alice = rule(17, "alice", kAsn);
  return fmt::format(
      "protocol static peerlab_n17_{} {{ ipv6 {{ import where peerlab_judge({}, {}); }};\n"
      "  route {} unreachable {{ {} }};\n}}\n",
      wish + 1, kAsn, alice.next_hop.text(), prefix_of(wish), carried);
}

// A table for what each group would be sent, filled through the fixed part's own export decision.
std::string unjudged() {
  return fmt::format(
      "protocol static peerlab_n17_99 {{ ipv6 {{ import filter {{ gw = {}; accept; }}; }};\n"
      "  route {} unreachable;\n}}\n",
      rule(17, "alice", kAsn).next_hop.text(), kUnjudged);
}

std::string listeners() {
  std::string text;
  for (const auto& [group, decision] : {std::pair{"upstreams", "peerlab_export(4)"},
                                        std::pair{"route_servers", "peerlab_export(8)"},
                                        std::pair{"members", "peerlab_to_members()"}}) {
    text += fmt::format(
        "ipv6 table to_{0};\n"
        "protocol pipe tell_{0} {{ table master6; peer table to_{0}; import none; export where "
        "{1}; "
        "}}\n",
        group, decision);
  }
  return text;
}

class Shadow : public testing::Test {
 protected:
  void SetUp() override {
    // What else an operator's router knows is nobody's business.
    std::string more = listeners() + unjudged() +
                       "protocol static operators_own { ipv6; route 3fff:400::/48 unreachable; }\n";
    for (unsigned wish = 0; wish < kWishes; ++wish) more += announcement(wish);
    auto started = LiveBird::start(laboratory(one_member(), small_site(), more));
    if (!started && started.error().kind != ErrorKind::Internal) {
      GTEST_SKIP() << started.error().detail;
    }
    ASSERT_TRUE(started) << started.error().detail;
    bird_ = std::move(*started);
  }

  Paths sent_to(const std::string& group) {
    Paths paths;
    for (const ShownRoute& shown : shown_routes(bird_->ask("show route all table to_" + group))) {
      paths[shown.route.prefix.text()] = shown.route.path;
      EXPECT_TRUE(shown.protocol == "peerlab_shadow" || shown.protocol == "peerlab_infrastructure")
          << shown.protocol;
      EXPECT_TRUE(shown.route.communities.empty()) << shown.route.prefix.text();
    }
    return paths;
  }

  // BIRD resolves recursive routes in its own time, some milliseconds.
  void expect_sent(const std::string& group, const Paths& expected) {
    for (int attempt = 0; attempt < 100 && sent_to(group) != expected; ++attempt) {
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
    EXPECT_EQ(sent_to(group), expected) << group;
  }

  std::unique_ptr<LiveBird> bird_;
};

// `first` is what the path holds besides the prepending; BIRD adds the platform's AS on the wire.
Paths expected_for(unsigned group, std::uint32_t asn, unsigned besides) {
  Paths paths{{"3fff:200::/48", {}}};
  for (unsigned wish = 0; wish < kWishes; ++wish) {
    if (withheld(wish, group)) continue;
    paths[prefix_of(wish)] = Path(times_of(wish) - 1 + besides, asn);
  }
  return paths;
}

TEST_F(Shadow, CarriesEveryWishToTheGroupItIsFor) {
  expect_sent("upstreams", expected_for(1, 64500, 0));
  expect_sent("route_servers", expected_for(2, 64500, 0));
  expect_sent("members", expected_for(3, kAsn, 1));
}

TEST_F(Shadow, IsThereExactlyWhileTheMembersOwnRouteIs) {
  const Paths all = expected_for(1, 64500, 0);
  expect_sent("upstreams", all);
  Paths without = all;
  without.erase(prefix_of(0));
  ASSERT_TRUE(bird_->socket().command("disable peerlab_n17_1")->ok());
  expect_sent("upstreams", without);
  ASSERT_TRUE(bird_->socket().command("enable peerlab_n17_1")->ok());
  expect_sent("upstreams", all);
}

TEST_F(Shadow, ExportsNothingWhereTheWeightGotLost) {
  expect_sent("members", expected_for(3, kAsn, 1));
  const std::string shadow =
      bird_->ask(fmt::format("show route {} protocol peerlab_shadow", kUnjudged));
  EXPECT_THAT(shadow, testing::HasSubstr("unicast"))
      << "the shadow is up, and still is told nobody";
  for (const char* const group : {"upstreams", "route_servers", "members"}) {
    EXPECT_FALSE(sent_to(group).contains(kUnjudged)) << group;
  }
}

}  // namespace
}  // namespace peerlab::bird

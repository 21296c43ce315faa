// The function form in a server that knows nothing of PeerLab but one filter and one dynamic
// protocol, and on our own fixed part: live sessions, own and foreign prefixes.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <functional>
#include <thread>

#include "tests/bird/live_bird.h"
#include "tests/bird/shown_routes.h"
#include "tests/support/facts/facts.h"

namespace peerlab::bird {
namespace {

using testing::HasSubstr;
using testing_support::overlay_ipv4;
using testing_support::overlay_ipv6;
using testing_support::row;
using testing_support::rule;
using testing_support::small_site;

policy::Policy two_members() {
  return {{rule(10, "alice", 65000), rule(11, "bob", 65001)},
          {row("3fff:100:1::/48", 65000), row("3fff:100:2::/48", 65001)}};
}

// POLICY.md 1, "The two spellings": what such a server has already.  `after` stands behind the
// call.
Files classic_server(const policy::Policy& policy, const std::string& after) {
  return {{"peerlab_generated.conf", function_text(policy, {})},
          {"bird.conf", fmt::format(R"(
router id 100.64.0.1;
log stderr all;
protocol device {{ scan time 5; }}
include "peerlab_generated.conf";
filter enforce_user_asn_and_prefix {{ enforce_user_policy(from); {}}}
template bgp peerlab_template {{
  local 100.64.0.1 as 64500; multihop 1; passive on; strict bind on;
  ipv6 {{ extended next hop on; next hop address fd7a:115c:a1e0::1; import keep filtered on;
         import filter enforce_user_asn_and_prefix; export none; }};
}}
protocol bgp peerlab from peerlab_template {{
  dynamic name "peerlab_";
  dynamic name digits 5;
  neighbor range 100.64.0.0/10 external;
}}
)",
                                    after)}};
}

// A member's BIRD at 100.64.0.NODE: what it announces is said in BIRD's own words.
Files member_bird(std::uint32_t node, std::uint32_t asn, const std::string& routes,
                  const std::string& filter = "") {
  return {{"bird.conf", fmt::format(R"(
router id 10.0.0.{0};
log stderr all;
protocol device {{}}
protocol static own {{ ipv6; {3} }}
protocol bgp ixp {{
  local {1} as {2}; neighbor 100.64.0.1 as 64500; multihop 1; strict bind on; connect delay time 1;
  connect retry time 1; error wait time 1, 2;
  ipv6 {{ extended next hop on; next hop address {4}; import all;
         export filter {{ if source != RTS_STATIC then reject; {5} accept; }}; }};
}}
)",
                                    node, overlay_ipv4(node).text(), asn, routes,
                                    overlay_ipv6(node).text(), filter)}};
}

constexpr const char* kAnnouncesAll =
    "route 3fff:100:1::/48 unreachable; route 3fff:100:2::/48 unreachable; "
    "route 3fff:100:1::/49 unreachable;";

bool eventually(const std::function<bool()>& holds) {
  for (int attempt = 0; attempt < 500; ++attempt) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  return false;
}

class FunctionForm : public testing::Test {
 protected:
  void start(const Files& server) {
    auto started = LiveBird::start(server);
    if (!started && started.error().kind != ErrorKind::Internal) {
      GTEST_SKIP() << started.error().detail;
    }
    ASSERT_TRUE(started) << started.error().detail;
    server_ = std::move(*started);
  }
  void join(const Files& member) {
    auto started = server_->start_beside(member);
    ASSERT_TRUE(started) << started.error().detail;
    members_.push_back(std::move(*started));
  }
  // "prefix, path, communities" of every route that BIRD lists so.
  [[nodiscard]] std::vector<std::string> routes(const std::string& which) {
    std::vector<std::string> lines;
    for (const ShownRoute& shown : shown_routes(server_->ask("show route all " + which))) {
      if (!shown.protocol.starts_with("peerlab_")) continue;
      std::string line = shown.route.prefix.text();
      for (const std::uint32_t asn : shown.route.path) line += fmt::format(" {}", asn);
      for (const LargeCommunity& community : shown.route.communities) {
        line += fmt::format(" ({}, {}, {})", community.administrator, community.function,
                            community.parameter);
      }
      lines.push_back(line);
    }
    return lines;
  }
  void expect(const std::string& which, const std::vector<std::string>& expected) {
    const auto same = [&] {
      return testing::Value(routes(which), testing::UnorderedElementsAreArray(expected));
    };
    EXPECT_TRUE(eventually(same)) << which << ": " << testing::PrintToString(routes(which));
  }

  std::unique_ptr<LiveBird> server_;
  std::vector<std::unique_ptr<LiveBird>> members_;
};

// Tagged with AS 0, since nothing told the generator the server's own.
const std::vector<std::string> kAccepted{"3fff:100:1::/48 65000", "3fff:100:2::/48 65001"};
const std::vector<std::string> kRefused{
    "3fff:100:2::/48 65000 (0, 1101, 100)", "3fff:100:1::/49 65000 (0, 1101, 9) (0, 1101, 100)",
    "3fff:100:1::/48 65001 (0, 1101, 100)", "3fff:100:1::/49 65001 (0, 1101, 9) (0, 1101, 100)",
    "3fff:100:1::/48 65009 (0, 1101, 102)", "3fff:100:2::/48 65009 (0, 1101, 102)",
    "3fff:100:1::/49 65009 (0, 1101, 102)"};

class ClassicServer : public FunctionForm, public testing::WithParamInterface<const char*> {};

TEST_P(ClassicServer, AcceptsOwnPrefixesAndSaysWhyItRefusesOthers) {
  ASSERT_NO_FATAL_FAILURE(start(classic_server(two_members(), GetParam())));
  if (IsSkipped()) return;
  for (const auto& [node, asn] : {std::pair{10U, 65000U}, {11U, 65001U}, {12U, 65009U}}) {
    ASSERT_NO_FATAL_FAILURE(join(member_bird(node, asn, kAnnouncesAll)));
  }
  expect("table master6", kAccepted);
  expect("filtered table master6", kRefused);
  EXPECT_THAT(server_->ask("show route 3fff:100:1::/48 all"),
              HasSubstr("via fd7a:115c:a1e0::a on overlay0"));
}

INSTANTIATE_TEST_SUITE_P(Filter, ClassicServer, testing::Values("", "accept; "),
                         [](const auto& after) {
                           return *after.param == '\0' ? "CallsOnly" : "GoesOnToAccept";
                         });

TEST_F(FunctionForm, OfNobodyRefusesEverybody) {
  ASSERT_NO_FATAL_FAILURE(start(classic_server({}, "accept; ")));
  if (IsSkipped()) return;
  ASSERT_NO_FATAL_FAILURE(join(member_bird(10, 65000, "route 3fff:100:1::/48 unreachable;")));
  expect("filtered table master6", {"3fff:100:1::/48 65000 (0, 1101, 102)"});
  expect("table master6", {});
}

// --- on deploy/ixp -------------------------------------------------------------------------------

// Tables for what upstreams and members would be told.
constexpr const char* kListeners = R"(
ipv6 table to_upstreams;
ipv6 table to_members;
protocol pipe tell_upstreams { table master6; peer table to_upstreams; import none; export where peerlab_export(4); }
protocol pipe tell_members { table master6; peer table to_members; import none; export where peerlab_to_members(); }
)";

TEST_F(FunctionForm, OnTheFixedPartOnlyTheShadowLeavesWhileTheRouteIsAccepted) {
  ASSERT_NO_FATAL_FAILURE(
      start(laboratory(two_members(), small_site(), kListeners, Form::Function)));
  if (IsSkipped()) return;
  // Twice her ASN, something of her own, and not to other members.
  ASSERT_NO_FATAL_FAILURE(join(member_bird(10, 65000, kAnnouncesAll,
                                           "bgp_path.prepend(65000); bgp_community.add((1, 2)); "
                                           "bgp_large_community.add((64500, 0, 3));")));
  ASSERT_NO_FATAL_FAILURE(join(member_bird(11, 65001, kAnnouncesAll)));
  const std::string infrastructure = "3fff:200::/48";
  expect("table to_upstreams", {infrastructure, "3fff:100:1::/48 64500", "3fff:100:2::/48"});
  expect("table to_members", {infrastructure, "3fff:100:2::/48 65001"});
  expect("filtered table master6",
         {"3fff:100:2::/48 65000 65000 (64500, 1101, 100)",
          "3fff:100:1::/49 65000 65000 (64500, 1101, 9) (64500, 1101, 100)",
          "3fff:100:1::/48 65001 (64500, 1101, 100)",
          "3fff:100:1::/49 65001 (64500, 1101, 9) (64500, 1101, 100)"});
  EXPECT_THAT(server_->ask("show protocols \"peerlab_0*\""), HasSubstr("peerlab_00001 "));
  ASSERT_TRUE(members_.front()->socket().command("disable ixp")->ok());
  expect("table to_upstreams", {infrastructure, "3fff:100:2::/48"});
  expect("table master6 protocol peerlab_shadow", {"3fff:100:2::/48 65001"});
}

TEST_F(FunctionForm, OnTheFixedPartAStrangerHearsButIsNotHeard) {
  ASSERT_NO_FATAL_FAILURE(start(laboratory(two_members(), small_site(), "", Form::Function)));
  if (IsSkipped()) return;
  ASSERT_NO_FATAL_FAILURE(join(member_bird(12, 65009, kAnnouncesAll)));
  expect("filtered table master6",
         {"3fff:100:1::/48 65009 (64500, 1101, 102)", "3fff:100:2::/48 65009 (64500, 1101, 102)",
          "3fff:100:1::/49 65009 (64500, 1101, 102)"});
  EXPECT_TRUE(eventually([&] {
    return members_.front()->ask("show route protocol ixp").find("3fff:200::/48") !=
           std::string::npos;
  }));
}

}  // namespace
}  // namespace peerlab::bird

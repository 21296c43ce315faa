// Gateway or Headscale do not answer well: the last good policy stays, minus what ended
// (POLICY.md 4.3, 4.4).
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <thread>

#include "base/file.h"
#include "tests/generator/ixp_server.h"

namespace peerlab::generator_test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing_support::http_answer;
using testing_support::LoopbackServer;

constexpr int kShrinkHeld = 3, kSourceFailed = 4;

auto lines(const std::string& text) { return std::count(text.begin(), text.end(), '\n'); }

struct Fault {
  const char* name;
  std::function<void(LoopbackServer&)> happens;
  const char* said;
};

const Fault kFaults[] = {
    {"IsDown", [](LoopbackServer& server) { server.stop(); }, "127.0.0.1"},
    {"RefusesTheKey",
     [](LoopbackServer& server) { server.answer(http_answer("401 Unauthorized", "")); },
     "key (401)"},
    {"SendsNoJson",
     [](LoopbackServer& server) { server.answer(http_answer("200 OK", "<html>502</html>")); },
     "not JSON"},
    {"SendsOtherJson", [](LoopbackServer& server) { server.answer(http_answer("200 OK", "{}")); },
     "list"},
    {"Redirects",
     [](LoopbackServer& server) {
       server.answer(http_answer("302 Found", "", "Location: http://127.0.0.1:1/\r\n"));
     },
     "302"},
    {"Fails",
     [](LoopbackServer& server) { server.answer(http_answer("500 Internal Server Error", "{}")); },
     "500"},
    {"IsCutShort",
     [](LoopbackServer& server) {
       server.answer("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"nodes\":[]}");
     },
     "127.0.0.1"},
    {"Hangs", [](LoopbackServer& server) { server.hang(); }, "in time"}};

class Source : public testing::TestWithParam<Fault> {
 protected:
  void SetUp() override { SKIP_WITHOUT_NAMESPACES(); }
  // One clear line, a code of its own, and nothing changes.
  static void last_good_policy_stays(IxpServer& server, const char* source) {
    const std::string policy = server.policy();
    const Outcome outcome = server.generate();
    EXPECT_EQ(outcome.exit_code, kSourceFailed) << outcome.errors;
    EXPECT_EQ(lines(outcome.errors), 1) << outcome.errors;
    EXPECT_THAT(outcome.errors, HasSubstr(source));
    EXPECT_THAT(outcome.errors, HasSubstr(GetParam().said));
    EXPECT_THAT(outcome.errors, HasSubstr("last good facts stay"));
    EXPECT_EQ(server.policy(), policy);
    EXPECT_EQ(server.reconfigurations(), 1U);
  }
};

TEST_P(Source, GatewayLeavesTheLastGoodPolicy) {
  IxpServer server;
  server.tell_members(2);
  ASSERT_EQ(server.generate().exit_code, 0);
  GetParam().happens(server.gateway);
  last_good_policy_stays(server, "the gateway: ");
}

TEST_P(Source, HeadscaleLeavesTheLastGoodPolicy) {
  IxpServer server;
  server.tell_members(2);
  ASSERT_EQ(server.generate().exit_code, 0);
  GetParam().happens(server.headscale);
  last_good_policy_stays(server, "Headscale: ");
}

INSTANTIATE_TEST_SUITE_P(That, Source, testing::ValuesIn(kFaults),
                         [](const auto& fault) { return std::string{fault.param.name}; });

class Sources : public testing::Test {
 protected:
  void SetUp() override { SKIP_WITHOUT_NAMESPACES(); }
};

TEST_F(Sources, BothHangingCostTwoTimeouts) {
  IxpServer server;
  server.tell_members(1);
  ASSERT_EQ(server.generate().exit_code, 0);
  server.gateway.hang();
  server.headscale.hang();
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(server.generate().exit_code, kSourceFailed);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 4s);
}

TEST_F(Sources, ThatNeverAnsweredLeaveThePolicyOnDiskUntouched) {
  IxpServer server;
  server.tell_members(1);
  ASSERT_TRUE(write_file(server.policy_file(), "# by hand\n"));
  server.headscale.stop();
  const Outcome outcome = server.generate();
  EXPECT_EQ(outcome.exit_code, kSourceFailed);
  EXPECT_THAT(outcome.errors,
              HasSubstr("nothing is known yet: the policy on disk is left as it is"));
  EXPECT_THAT(outcome.errors, Not(HasSubstr("last good facts")));
  EXPECT_EQ(server.policy(), "# by hand\n");
  EXPECT_EQ(server.reconfigurations(), 0U);
}

TEST_F(Sources, BothDownDoNotKeepALeaseThatEnded) {
  IxpServer server;
  const Instant end = now() + 2s;
  server.tell_mappings({member(1, end), member(2, in_an_hour())});
  server.tell_nodes({node(1), node(2)});
  ASSERT_EQ(server.generate().exit_code, 0);
  ASSERT_TRUE(has_lease(server.policy(), 1));
  server.gateway.stop();
  server.headscale.stop();
  std::this_thread::sleep_until(end);
  EXPECT_EQ(server.generate().exit_code, kSourceFailed);
  EXPECT_FALSE(has_lease(server.policy(), 1));
  EXPECT_TRUE(has_lease(server.policy(), 2));
  EXPECT_TRUE(has_session(server.policy(), 1));
  EXPECT_THAT(server.bird_says("show route table peerlab_leases"), Not(HasSubstr("3fff:100:1:")));
}

TEST_F(Sources, OneDownLetsTheOthersNewsPass) {
  IxpServer server;
  server.tell_members(2);
  ASSERT_EQ(server.generate().exit_code, 0);
  Mapping without_lease = member(1, in_an_hour());
  without_lease.leases.clear();
  server.tell_mappings({without_lease, member(2, in_an_hour())});
  server.headscale.stop();
  EXPECT_EQ(server.generate().exit_code, kSourceFailed);
  EXPECT_FALSE(has_lease(server.policy(), 1));
}

TEST_F(Sources, DamagedFactsAreSaidAndMadeAnew) {
  IxpServer server;
  server.tell_members(1);
  ASSERT_EQ(server.generate().exit_code, 0);
  ASSERT_TRUE(write_file(server.state_directory() / "facts.json", "{\"mappings\":[{"));
  const Outcome outcome = server.generate();
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.errors, HasSubstr("facts.json"));
  EXPECT_THAT(server.generate().errors, IsEmpty());
}

TEST_F(Sources, AShrinkingAnswerIsHeldOnceAndThenBelieved) {
  IxpServer server;
  server.tell_members(10);
  ASSERT_EQ(server.generate().exit_code, 0);
  server.tell_nodes({node(1), node(2)});
  const Outcome held = server.generate();
  EXPECT_EQ(held.exit_code, kShrinkHeld);
  EXPECT_EQ(lines(held.errors), 1) << held.errors;
  EXPECT_THAT(held.errors, HasSubstr("Headscale names 2 of the 10 nodes"));
  EXPECT_TRUE(has_session(server.policy(), 10));
  EXPECT_EQ(server.reconfigurations(), 1U);
  EXPECT_EQ(server.generate().exit_code, 0);
  EXPECT_TRUE(has_session(server.policy(), 2));
  EXPECT_FALSE(has_session(server.policy(), 10));
}

TEST_F(Sources, AnEmptyHeadscaleAnswerIsHeldAndAcceptShrinkActsAtOnce) {
  IxpServer server;
  server.tell_members(1);
  ASSERT_EQ(server.generate().exit_code, 0);
  server.tell_nodes({});
  EXPECT_EQ(server.generate().exit_code, kShrinkHeld);
  EXPECT_TRUE(has_session(server.policy(), 1));
  server.tell_mappings({});
  EXPECT_EQ(server.generate().exit_code, kShrinkHeld);
  EXPECT_EQ(server.generate({"--accept-shrink"}).exit_code, 0);
  EXPECT_FALSE(has_session(server.policy(), 1));
}

TEST_F(Sources, ALeaseEndsAndANewcomerPassesWhileAnAnswerIsHeld) {
  IxpServer server;
  std::vector<Mapping> mappings;
  std::vector<std::string> nodes;
  const Instant end = now() + 2s;
  for (unsigned number = 1; number <= 10; ++number) {
    mappings.push_back(member(number, number == 10 ? end : in_an_hour()));
    nodes.push_back(node(number));
  }
  server.tell_mappings(mappings);
  server.tell_nodes(nodes);
  ASSERT_EQ(server.generate().exit_code, 0);
  server.tell_mappings({member(1, in_an_hour()), member(11, in_an_hour())});
  nodes.push_back(node(11));
  server.tell_nodes(nodes);
  std::this_thread::sleep_until(end);
  EXPECT_EQ(server.generate().exit_code, kShrinkHeld);
  EXPECT_FALSE(has_lease(server.policy(), 10));
  EXPECT_TRUE(has_lease(server.policy(), 9));
  EXPECT_TRUE(has_lease(server.policy(), 11));
}

}  // namespace
}  // namespace peerlab::generator_test

// Public RPKI, with a live BIRD and a live RTR server (POLICY.md 2, row 33, and what follows it).
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <thread>

#include "rpki/stayrtr_file.h"
#include "tests/rpki/rpki_site.h"

namespace peerlab::rpki {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr auto kRoaActs = 2s;  // issue 4, item 5
constexpr auto kGateActs = 5s;
constexpr auto kRtrRetry = 13s;  // BIRD asks a server that was down again after 10 s

const std::vector<ToldRoa> kRoas{{kValid, kUpstreamAs}, {kInvalid, kOtherAs}};

std::vector<ToldRoa> and_also(const ToldRoa& more) {
  std::vector<ToldRoa> roas = kRoas;
  roas.push_back(more);
  return roas;
}

class Rpki : public testing::Test {
 protected:
  void start(const std::vector<ToldRoa>& roas, bool gate_open = false) {
    auto started = RpkiSite::start(roas, gate_open);
    if (!started && started.error().kind != ErrorKind::Internal) {
      GTEST_SKIP() << started.error().detail;
    }
    ASSERT_TRUE(started) << started.error().detail;
    site_ = std::move(*started);
  }

  // With ROAs known and the gate open.
  void start_in_force() {
    start(kRoas);
    if (IsSkipped() || HasFatalFailure()) return;
    EXPECT_TRUE(accepted_becomes({kValid, kUnknown}, 5s));
    EXPECT_THAT(site_->tend(), ElementsAre(HasSubstr("the world is told")));
    EXPECT_TRUE(told_becomes({kInfrastructure, kMembers}, kGateActs));
  }

  bool accepted_becomes(const std::set<std::string>& wanted, std::chrono::milliseconds patience) {
    return eventually([&] { return site_->from_upstream() == wanted; }, patience);
  }
  bool told_becomes(const std::set<std::string>& wanted, std::chrono::milliseconds patience) {
    return eventually([&] { return site_->to_upstream() == wanted; }, patience);
  }

  std::unique_ptr<RpkiSite> site_;
};

TEST_F(Rpki, RefusesAnInvalidRouteOfTheUpstreamWithItsReasonAndCountsIt) {
  start_in_force();
  if (IsSkipped()) return;
  const auto refused = site_->ixp().routes(*Ipv6Prefix::parse(kInvalid), "filtered");
  ASSERT_EQ(refused.size(), 1U);
  EXPECT_THAT(refused[0].route.communities, ElementsAre(LargeCommunity{kPlatformAs, 1101, 13}));
  EXPECT_THAT(site_->ixp().ask("show route filtered table master6 protocol upstream_transit where "
                               "(64500, 1101, 13) ~ bgp_large_community count"),
              HasSubstr("1 of "));
}

TEST_F(Rpki, JudgesRoutesFromAndToTheWorldAnewWithinTwoSecondsWithoutTouchingASession) {
  start_in_force();
  if (IsSkipped()) return;
  const std::string since = site_->session_since();

  site_->publish(and_also({kUnknown, kOtherAs}));
  EXPECT_TRUE(accepted_becomes({kValid}, kRoaActs));
  site_->publish({{kInvalid, kUpstreamAs}});
  EXPECT_TRUE(accepted_becomes({kValid, kInvalid, kUnknown}, kRoaActs));

  site_->publish(and_also({kMembers, kOtherAs}));
  EXPECT_TRUE(told_becomes({kInfrastructure}, kRoaActs)) << "invalid";
  site_->publish({{kMembers, kOtherAs}, {kMembers, kPlatformAs}});
  EXPECT_TRUE(told_becomes({kInfrastructure, kMembers}, kRoaActs)) << "valid";
  site_->publish(and_also({kMembers, kOtherAs}));
  EXPECT_TRUE(told_becomes({kInfrastructure}, kRoaActs)) << "invalid";
  site_->publish(kRoas);
  EXPECT_TRUE(told_becomes({kInfrastructure, kMembers}, kRoaActs)) << "unknown";

  EXPECT_EQ(site_->session_since(), since);
}

TEST_F(Rpki, TakesTheGatewaysFileOfMembersRoas) {
  start_in_force();
  if (IsSkipped()) return;
  const std::string state = fmt::format("eval roa_check(rpki6, {}, {})", kMembers, kPlatformAs);
  const auto becomes = [&](const char* word) {
    return eventually(
        [&] { return site_->ixp().ask(state + " = " + word).find("TRUE") != std::string::npos; },
        5s);
  };
  const Instant now = SystemClock{}.now();
  EXPECT_TRUE(becomes("ROA_UNKNOWN"));
  site_->publish_document(
      stayrtr_document({{*Prefix48::parse(kMembers), *Asn::make(kPlatformAs), now + 1h}}, now));
  EXPECT_TRUE(becomes("ROA_VALID"));
  EXPECT_TRUE(told_becomes({kInfrastructure, kMembers}, kRoaActs));
  site_->publish_document(stayrtr_document({}, now));
  EXPECT_TRUE(becomes("ROA_UNKNOWN"));
}

TEST_F(Rpki, KeepsWhatAServerToldThatDiedAndAlarms) {
  start_in_force();
  if (IsSkipped()) return;
  EXPECT_THAT(site_->tend(), IsEmpty());
  site_->kill_rtr();
  std::vector<std::string> told;
  EXPECT_TRUE(eventually([&] { return !(told = site_->tend()).empty(); }, 5s));
  EXPECT_THAT(told, ElementsAre(HasSubstr("RTR server one is down; what it told stays")));
  std::this_thread::sleep_for(1s);
  EXPECT_THAT(site_->from_upstream(), UnorderedElementsAre(kValid, kUnknown));
  EXPECT_THAT(site_->to_upstream(), UnorderedElementsAre(kInfrastructure, kMembers));
}

TEST_F(Rpki, TellsTheWorldNothingBeforeTheFirstAnswer) {
  start({});
  if (IsSkipped()) return;
  EXPECT_THAT(site_->tend(), ElementsAre(HasSubstr("RTR server one is down; nothing is known"),
                                         HasSubstr("no ROA at all")));
  std::this_thread::sleep_for(2s);
  EXPECT_THAT(site_->to_upstream(), IsEmpty());

  site_->publish({{kMembers, kOtherAs}});
  const auto opened = [&] { return site_->tend(), !site_->to_upstream().empty(); };
  EXPECT_TRUE(eventually(opened, kRtrRetry));
  EXPECT_THAT(site_->to_upstream(), ElementsAre(kInfrastructure))
      << "the invalid one was never told";
}

TEST_F(Rpki, ShutsAGateThatAnEarlierBirdLeftOpen) {
  start({}, true);
  if (IsSkipped()) return;
  EXPECT_TRUE(told_becomes({kInfrastructure, kMembers}, kGateActs));
  EXPECT_THAT(site_->tend(), testing::Contains(HasSubstr("told nothing until")));
  EXPECT_TRUE(told_becomes({}, kGateActs));
}

}  // namespace
}  // namespace peerlab::rpki

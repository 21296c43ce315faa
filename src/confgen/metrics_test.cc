#include "confgen/metrics.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <set>

#include "base/process.h"
#include "base/text.h"

namespace peerlab::confgen {
namespace {

using testing::HasSubstr;
using testing::Not;

const Instant kThen{std::chrono::seconds{1'795'000'000}};

Metrics whole() {
  Metrics metrics{"1.2.3", kThen, {5, 4, 3, 2, 1}};
  metrics.users = 6, metrics.sessions = 7, metrics.leases = 8;
  metrics.skipped = 9, metrics.contradictions = 10, metrics.shrink_held = true;
  metrics.sources = {{"gateway", true, kThen}, {"headscale", false, std::nullopt}};
  metrics.closed_now = {11, 12}, metrics.closings = {13, 14};
  metrics.changes = {15, 16, 17, 18, 19, 20};
  metrics.quarantined = 21, metrics.quarantines = 22, metrics.highest_penalty = 5999.9;
  metrics.bird.emplace();
  metrics.bird->rpki = PublicRpki{{{"validator", true, true}, {"other", false, true}}, 15};
  metrics.bird->rejected.emplace();
  for (const policy::ReasonEntry& entry : policy::all_reasons()) {
    metrics.bird->rejected->emplace(entry.reason, policy::number_of(entry.reason));
  }
  return metrics;
}

TEST(Metrics, GiveEachFigureItsName) {
  const std::string text = "\n" + render_metrics(whole());
  for (const std::string_view line :
       {R"(peerlab_build_info{version="1.2.3"} 1)",
        "peerlab_policy_last_success_timestamp_seconds 1795000000",
        R"(peerlab_policy_apply_total{result="applied"} 5)",
        R"(peerlab_policy_apply_total{result="refused"} 4)",
        R"(peerlab_policy_apply_total{result="cannot_write"} 3)",
        R"(peerlab_policy_apply_total{result="bird_down"} 2)",
        R"(peerlab_policy_apply_total{result="failed"} 1)",
        "peerlab_policy_users 6",
        "peerlab_policy_sessions 7",
        "peerlab_policy_leases 8",
        "peerlab_policy_skipped 9",
        "peerlab_policy_contradictions 10",
        "peerlab_policy_shrink_held 1",
        "peerlab_policy_bird_up 1",
        R"(peerlab_policy_rtr_server_up{server="validator"} 1)",
        R"(peerlab_policy_rtr_server_up{server="other"} 0)",
        "peerlab_policy_roas 15",
        R"(peerlab_policy_sessions_closed{reason="stuck-reader"} 11)",
        R"(peerlab_policy_sessions_closed{reason="too-many-prefixes"} 12)",
        R"(peerlab_policy_session_closings_total{reason="stuck-reader"} 13)",
        R"(peerlab_policy_session_closings_total{reason="too-many-prefixes"} 14)",
        R"(peerlab_policy_member_changes_total{kind="announcement"} 15)",
        R"(peerlab_policy_member_changes_total{kind="withdrawal"} 16)",
        R"(peerlab_policy_member_changes_total{kind="session_begun"} 18)",
        R"(peerlab_policy_member_changes_total{kind="session_lost"} 19)",
        "peerlab_policy_quarantined 21",
        "peerlab_policy_quarantines_total 22",
        "peerlab_policy_damping_penalty_max 5999",
        R"(peerlab_policy_source_up{source="gateway"} 1)",
        R"(peerlab_policy_source_up{source="headscale"} 0)",
        R"(peerlab_policy_source_last_success_timestamp_seconds{source="gateway"} 1795000000)"}) {
    EXPECT_THAT(text, HasSubstr(fmt::format("\n{}\n", line)));
  }
  for (const policy::ReasonEntry& entry : policy::all_reasons()) {
    EXPECT_THAT(text,
                HasSubstr(fmt::format("\npeerlab_policy_rejected_routes{{reason=\"{}\"}} {}\n",
                                      entry.slug, policy::number_of(entry.reason))));
  }
}

TEST(Metrics, CallNever0AndSayNothingOfRoutesThatNobodyCounted) {
  Metrics metrics = whole();
  metrics.last_success.reset();
  metrics.bird.reset();
  const std::string text = render_metrics(metrics);
  EXPECT_THAT(text, HasSubstr("\npeerlab_policy_last_success_timestamp_seconds 0\n"));
  EXPECT_THAT(text, HasSubstr("_success_timestamp_seconds{source=\"headscale\"} 0\n"));
  EXPECT_THAT(text, Not(HasSubstr("rejected_routes")));
  EXPECT_THAT(text, Not(HasSubstr("bird_up")));
}

TEST(Metrics, SayThatBirdIsDownAndNothingOfItsRoutes) {
  Metrics metrics = whole();
  metrics.bird = BirdFigures{};
  const std::string text = render_metrics(metrics);
  EXPECT_THAT(text, HasSubstr("\npeerlab_policy_bird_up 0\n"));
  EXPECT_THAT(text, Not(HasSubstr("rejected_routes")));
}

TEST(Metrics, DescribeEachFamilyOnceAndRightBeforeItsSamples) {
  const std::string text = render_metrics(whole());
  std::string_view family;
  std::set<std::string_view> described;
  for (const std::string_view line : split(text, '\n')) {
    if (line.starts_with("# HELP ")) {
      family = split(line, ' ')[2];
      EXPECT_TRUE(described.insert(family).second) << family;
    } else if (line.starts_with("# TYPE ")) {
      EXPECT_EQ(split(line, ' ')[2], family);
    } else if (!line.empty()) {
      EXPECT_EQ(line.substr(0, line.find_first_of(" {")), family) << line;
    }
  }
  EXPECT_EQ(described.size(), 21U);
}

TEST(Metrics, PassPromtool) {
  const auto checked = run({{"promtool", "check", "metrics"}, {}, {}, render_metrics(whole())});
  if (!checked) GTEST_SKIP() << "needs promtool (Debian's package prometheus)";
  EXPECT_TRUE(checked->ok()) << checked->output << checked->errors;
  EXPECT_EQ(checked->output + checked->errors, "");
}

}  // namespace
}  // namespace peerlab::confgen

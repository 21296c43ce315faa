// What monitoring reads after what happened: metrics.prom of the real program.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <thread>

#include "base/file.h"
#include "base/text.h"
#include "tests/generator/running_watch.h"

namespace peerlab::generator_test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testing_support::http_answer;

constexpr std::string_view kLastSuccess = "peerlab_policy_last_success_timestamp_seconds";

std::filesystem::path file_of(const IxpServer& server) {
  return server.state_directory() / "metrics.prom";
}

std::string metrics_of(const IxpServer& server) { return *read_file(file_of(server)); }

// Of "name" or "name{label="value"}"; nullopt where there is no such sample.
std::optional<std::int64_t> value_of(const std::string& metrics, std::string_view sample) {
  for (const std::string_view line : split(metrics, '\n')) {
    if (!line.starts_with(sample) || line.substr(sample.size(), 1) != " ") continue;
    return parse_decimal<std::uint32_t>(line.substr(sample.size() + 1));
  }
  return std::nullopt;
}

class MonitoringFile : public testing::Test {
 protected:
  void SetUp() override { SKIP_WITHOUT_NAMESPACES(); }
};

TEST_F(MonitoringFile, TellsOfAnApplyAndNamesNobody) {
  IxpServer server;
  server.tell_members(2);
  const Instant before = now();
  ASSERT_EQ(server.generate().exit_code, 0);
  const std::string metrics = metrics_of(server);
  EXPECT_GE(value_of(metrics, kLastSuccess), (before.time_since_epoch().count()));
  for (const auto& [sample, value] : std::initializer_list<std::pair<const char*, int>>{
           {R"(peerlab_policy_apply_total{result="applied"})", 1},
           {R"(peerlab_policy_apply_total{result="refused"})", 0},
           {"peerlab_policy_users", 2},
           {"peerlab_policy_sessions", 2},
           {"peerlab_policy_leases", 2},
           {"peerlab_policy_shrink_held", 0},
           {R"(peerlab_policy_source_up{source="gateway"})", 1},
           {R"(peerlab_policy_source_up{source="headscale"})", 1},
           {R"(peerlab_policy_rejected_routes{reason="no-active-lease"})", 0}}) {
    EXPECT_EQ(value_of(metrics, sample), value) << sample;
  }
  for (const char* const secret : {"@", "3fff:", "100.64.", "member-1", "auth0"}) {
    EXPECT_THAT(metrics, Not(HasSubstr(secret)));
  }
  struct stat status {};
  ASSERT_EQ(::stat(file_of(server).c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0644U) << "node_exporter is another user";
}

TEST_F(MonitoringFile, TellsWhichSourceFailedAndStopsTheClockOfTheLastSuccess) {
  IxpServer server;
  server.tell_members(2);
  ASSERT_EQ(server.generate().exit_code, 0);
  const std::string before = metrics_of(server);
  std::this_thread::sleep_for(1100ms);
  server.headscale.answer(http_answer("500 Internal Server Error", ""));
  ASSERT_EQ(server.generate().exit_code, 4);
  const std::string after = metrics_of(server);
  EXPECT_EQ(value_of(after, R"(peerlab_policy_source_up{source="gateway"})"), 1);
  EXPECT_EQ(value_of(after, R"(peerlab_policy_source_up{source="headscale"})"), 0);
  EXPECT_EQ(value_of(after, kLastSuccess), value_of(before, kLastSuccess));
  EXPECT_EQ(value_of(after, "peerlab_policy_users"), 2);
  server.tell_members(2);
  ASSERT_EQ(server.generate().exit_code, 0);
  EXPECT_GT(value_of(metrics_of(server), kLastSuccess), value_of(before, kLastSuccess));
}

TEST_F(MonitoringFile, CountsARefusalBesideTheAppliesOfEarlierRuns) {
  IxpServer server;
  server.tell_members(1);
  ASSERT_EQ(server.generate().exit_code, 0);
  const std::string before = metrics_of(server);
  const auto fixed_part = server.folder() / "bird/peerlab.conf";
  ASSERT_TRUE(write_file(fixed_part, *read_file(fixed_part) + "\nfunction broken( {\n"));
  server.tell_members(2);
  ASSERT_EQ(server.generate().exit_code, 5);
  const std::string after = metrics_of(server);
  EXPECT_EQ(value_of(after, R"(peerlab_policy_apply_total{result="applied"})"), 1);
  EXPECT_EQ(value_of(after, R"(peerlab_policy_apply_total{result="refused"})"), 1);
  EXPECT_EQ(value_of(after, kLastSuccess), value_of(before, kLastSuccess));
}

TEST_F(MonitoringFile, SaysNothingOfRefusedRoutesWhereBirdIsDown) {
  IxpServer server;
  server.tell_members(1);
  server.stop_bird();
  ASSERT_EQ(server.generate().exit_code, 7);
  const std::string metrics = metrics_of(server);
  EXPECT_EQ(value_of(metrics, R"(peerlab_policy_apply_total{result="bird_down"})"), 1);
  EXPECT_EQ(value_of(metrics, kLastSuccess), 0);
  EXPECT_THAT(metrics, Not(HasSubstr("rejected_routes")));
}

// Stands for a member's session; the second one for an upstream's.
constexpr std::string_view kRefusing = R"(
protocol static peerlab_n9_1 {
  ipv6 {
    import keep filtered on;
    import filter {
      bgp_large_community.add((PEERLAB_AS, 1101, 9));
      if net ~ [ 3fff:999:2::/47 ] then bgp_large_community.add((PEERLAB_AS, 1101, 100));
      reject;
    };
  };
  route 3fff:999:1::/48 unreachable;
  route 3fff:999:2::/47 unreachable;
}
protocol static transit {
  ipv6 {
    import keep filtered on;
    import filter { bgp_large_community.add((PEERLAB_AS, 1101, 3)); reject; };
  };
  route 3fff:999:3::/48 unreachable;
}
)";

TEST_F(MonitoringFile, CountsMembersRefusedRoutesByReason) {
  IxpServer server;
  const auto hand_written = server.folder() / "bird/bird.conf";
  ASSERT_TRUE(write_file(hand_written, *read_file(hand_written) + std::string{kRefusing}));
  server.tell_members(1);
  const Outcome outcome = server.generate();
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  const std::string metrics = metrics_of(server);
  for (const auto& [reason, count] : std::initializer_list<std::pair<const char*, int>>{
           {"outside-pool", 2}, {"no-active-lease", 1}, {"bogon-prefix", 0}, {"next-hop", 0}}) {
    const auto sample = std::string{"peerlab_policy_rejected_routes{reason=\""} + reason + "\"}";
    EXPECT_EQ(value_of(metrics, sample), count)
        << reason << server.bird_says("show route filtered");
  }
}

TEST_F(MonitoringFile, CountsThemWhereTheyAreMoreThanBirdIsAskedToList) {
  IxpServer server;
  const auto hand_written = server.folder() / "bird/bird.conf";
  std::string text =
      *read_file(hand_written) + std::string{kRefusing} +
      "protocol static peerlab_n8_1 {\n  ipv6 { import keep filtered on;\n"
      "    import filter { bgp_large_community.add((PEERLAB_AS, 1101, 8)); reject; }; };\n";
  for (unsigned number = 0; number < 1100; ++number) {
    text += fmt::format("  route 3fff:998:{:x}::/48 unreachable;\n", number);
  }
  ASSERT_TRUE(write_file(hand_written, text + "}\n"));
  server.tell_members(1);
  ASSERT_EQ(server.generate().exit_code, 0);
  const std::string metrics = metrics_of(server);
  for (const auto& [reason, count] : std::initializer_list<std::pair<const char*, int>>{
           {"next-hop", 1100}, {"outside-pool", 2}, {"no-active-lease", 1}, {"bogon-prefix", 0}}) {
    const auto sample = std::string{"peerlab_policy_rejected_routes{reason=\""} + reason + "\"}";
    EXPECT_EQ(value_of(metrics, sample), count) << reason;
  }
}

TEST_F(MonitoringFile, IsKeptFreshByAWatchThatChangesNothing) {
  IxpServer server;
  server.tell_members(2);
  RunningWatch watch{server, {}};
  const auto value = [&](std::string_view sample) {
    return value_of(read_file(file_of(server)).value_or(""), sample);
  };
  const auto within = [](std::chrono::seconds patience, const auto& happens) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!happens() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(20ms);
    return happens();
  };
  constexpr std::string_view kRefused =
      "peerlab_policy_rejected_routes{reason=\"no-active-lease\"}";
  ASSERT_TRUE(within(10s, [&] { return value(kRefused) == 0; })) << watch.log();
  EXPECT_EQ(value("peerlab_policy_sessions"), 2);
  const auto first = value(kLastSuccess);
  EXPECT_TRUE(within(20s, [&] { return value(kLastSuccess) > first; })) << "it looks stale";
  EXPECT_EQ(server.reconfigurations(), 1U);
  EXPECT_EQ(value(R"(peerlab_policy_apply_total{result="applied"})"), 1);
}

}  // namespace
}  // namespace peerlab::generator_test

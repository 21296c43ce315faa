#include "metrics/page.h"

#include <gmock/gmock.h>

#include <array>

#include "base/process.h"

namespace peerlab::metrics {
namespace {

constexpr std::array kBounds{0.1, 1.0, 2.5};

TEST(Histogram, CountsEachObservationInOneRangeItsUpperEndIncluded) {
  Histogram histogram{kBounds};
  for (const double value : {0.05, 0.1, 0.11, 1.0, 2.5, 2.6, 1000.0}) histogram.observe(value);
  EXPECT_EQ(histogram.count_in(0), 2U);
  EXPECT_EQ(histogram.count_in(1), 2U);
  EXPECT_EQ(histogram.count_in(2), 1U);
  EXPECT_EQ(histogram.count_in(3), 2U);
  EXPECT_DOUBLE_EQ(histogram.sum(), 0.05 + 0.1 + 0.11 + 1.0 + 2.5 + 2.6 + 1000.0);
}

Page example() {
  Histogram histogram{kBounds};
  for (const double value : {0.05, 0.5, 3.0}) histogram.observe(value);
  Page page;
  page.gauge("size", "How many.", 7);
  page.begin("asked_total", "counter", "What was asked.");
  page.sample({{"route", "/a/{b}"}, {"status", "200"}}, std::uint64_t{3});
  page.begin("seconds", "histogram", "How long it took.");
  page.sample({{"route", "/a"}}, histogram);
  page.begin_foreign("process_cpu_seconds_total", "counter", "CPU time.");
  page.sample({}, 0.25);
  return page;
}

TEST(Page, SpellsEachFamilyAndItsSamples) {
  EXPECT_EQ(example().text(),
            R"(# HELP peerlab_size How many.
# TYPE peerlab_size gauge
peerlab_size 7
# HELP peerlab_asked_total What was asked.
# TYPE peerlab_asked_total counter
peerlab_asked_total{route="/a/{b}",status="200"} 3
# HELP peerlab_seconds How long it took.
# TYPE peerlab_seconds histogram
peerlab_seconds_bucket{route="/a",le="0.1"} 1
peerlab_seconds_bucket{route="/a",le="1"} 2
peerlab_seconds_bucket{route="/a",le="2.5"} 2
peerlab_seconds_bucket{route="/a",le="+Inf"} 3
peerlab_seconds_sum{route="/a"} 3.55
peerlab_seconds_count{route="/a"} 3
# HELP process_cpu_seconds_total CPU time.
# TYPE process_cpu_seconds_total counter
process_cpu_seconds_total 0.25
)");
}

TEST(Page, LetsNoValueEndItsLabel) {
  Page page;
  page.begin("x", "gauge", "X.");
  page.sample({{"a", "\"\\\n} 1"}}, std::uint64_t{1});
  EXPECT_THAT(page.text(), testing::EndsWith("\npeerlab_x{a=\"\\\"\\\\\\n} 1\"} 1\n"));
}

TEST(Page, PassesPromtool) {
  const auto checked = run({{"promtool", "check", "metrics"}, {}, {}, example().text()});
  if (!checked) GTEST_SKIP() << "needs promtool (Debian's package prometheus)";
  EXPECT_TRUE(checked->ok()) << checked->output << checked->errors;
}

}  // namespace
}  // namespace peerlab::metrics

#include "domain/lease.h"

#include <gmock/gmock.h>

#include <limits>
#include <random>

#include "domain/mapping.h"

namespace peerlab {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

const Instant kBegin{seconds{1'795'000'000}};

TEST(LeaseTerm, IsOneTo24WholeHours) {
  for (std::int64_t number = -30; number <= 60; ++number) {
    const auto term = LeaseTerm::from_hours(number);
    ASSERT_EQ(term.has_value(), 1 <= number && number <= 24) << number;
    if (term) {
      EXPECT_EQ(term->hours(), number);
    }
  }
  for (const std::int64_t far : {std::numeric_limits<std::int64_t>::min(), std::int64_t{1} << 32U,
                                 (std::int64_t{1} << 32U) + 1, std::int64_t{1'000'000'000},
                                 std::numeric_limits<std::int64_t>::max()}) {
    const auto term = LeaseTerm::from_hours(far);
    ASSERT_FALSE(term) << far;
    EXPECT_EQ(term.error().kind, ErrorKind::OutOfRange);
    EXPECT_EQ(term.error().detail, "Duration must be between 1 and 24 hours");
  }
}

TEST(LeaseTerm, LastsAsLongAsTheLabSaysAnHourLasts) {
  const LeaseTerm term = *LeaseTerm::from_hours(4);
  EXPECT_EQ(term.length(hours{1}), hours{4});
  EXPECT_EQ(term.length(seconds{10}), seconds{40});
}

TEST(LeaseWindow, IsHalfOpen) {
  std::mt19937_64 random{20};
  for (int round = 0; round < 2000; ++round) {
    const seconds length{1 + random() % 100'000};
    const LeaseWindow window = LeaseWindow::starting(kBegin, length);
    ASSERT_EQ(window.end() - window.begin(), length);
    ASSERT_FALSE(window.contains(window.begin() - seconds{1}));
    ASSERT_TRUE(window.contains(window.begin()));
    ASSERT_TRUE(window.contains(window.end() - seconds{1}));
    ASSERT_FALSE(window.contains(window.end()));
  }
}

TEST(LeaseWindow, TwoThatFollowEachOtherShareNoSecond) {
  const LeaseWindow first = LeaseWindow::starting(kBegin, seconds{5});
  const LeaseWindow second = LeaseWindow::starting(first.end(), seconds{5});
  for (int step = -1; step <= 11; ++step) {
    const Instant now = kBegin + seconds{step};
    EXPECT_EQ(first.contains(now) + second.contains(now), step >= 0 && step < 10 ? 1 : 0) << step;
  }
}

TEST(LeaseWindow, EndsAfterItBegins) {
  EXPECT_TRUE(LeaseWindow::make(kBegin, kBegin + seconds{1}));
  EXPECT_EQ(LeaseWindow::make(kBegin, kBegin).error().kind, ErrorKind::OutOfRange);
  EXPECT_EQ(LeaseWindow::make(kBegin, kBegin - seconds{1}).error().kind, ErrorKind::OutOfRange);
  EXPECT_EQ(LeaseWindow::starting(kBegin, seconds{0}).end(), kBegin + seconds{1});
}

TEST(Lease, IsActiveExactlyWithinItsWindow) {
  const Lease lease{1, *Prefix48::parse("3fff:100:1::/48"),
                    UserHash::of(*Subject::parse("auth0|alice")),
                    LeaseWindow::starting(kBegin, hours{1})};
  EXPECT_FALSE(lease.active(kBegin - seconds{1}));
  EXPECT_TRUE(lease.active(kBegin));
  EXPECT_FALSE(lease.active(kBegin + hours{1}));
}

TEST(LeasedPrefix, OfAnOlderGatewayIsAlwaysInForce) {
  const Prefix48 prefix = *Prefix48::parse("3fff:100:1::/48");
  EXPECT_TRUE((LeasedPrefix{prefix, std::nullopt}.in_force(kBegin)));
  const LeasedPrefix ends{prefix, LeaseWindow::starting(kBegin, hours{1})};
  EXPECT_TRUE(ends.in_force(kBegin));
  EXPECT_FALSE(ends.in_force(kBegin + hours{1}));
}

}  // namespace
}  // namespace peerlab

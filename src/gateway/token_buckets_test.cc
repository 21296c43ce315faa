#include "gateway/token_buckets.h"

#include <gmock/gmock.h>

#include <deque>
#include <random>
#include <thread>

namespace peerlab::gateway {
namespace {

using namespace std::chrono_literals;
using Steady = TokenBuckets::Steady;

constexpr Steady::time_point kStart{1000h};

TEST(TokenBuckets, GrantABurstAndThenOneForEachThatCameBack) {
  TokenBuckets buckets{{4, 8s}};
  for (std::uint32_t left : {3, 2, 1, 0}) {
    const auto draw = buckets.draw("a", kStart);
    EXPECT_TRUE(draw.granted);
    EXPECT_EQ(draw.left, left);
    EXPECT_EQ(draw.wait, left > 0 ? (4 - left) * 2s : 2s);
  }
  const auto refused = buckets.draw("a", kStart + 500ms);
  EXPECT_FALSE(refused.granted);
  EXPECT_EQ(refused.wait, 2s) << "1.5 s, rounded up: never told to come back too early";
  EXPECT_TRUE(buckets.draw("b", kStart).granted) << "nobody pays for others";
  EXPECT_FALSE(buckets.draw("a", kStart + 1999ms).granted);
  EXPECT_TRUE(buckets.draw("a", kStart + 2s).granted) << "a refusal costs nothing";
  EXPECT_FALSE(buckets.draw("a", kStart + 2s).granted);
  EXPECT_EQ(buckets.draw("a", kStart + 1h).left, 3U) << "and never more than a burst comes back";
}

// The oracle keeps what was granted, as no bucket does: in no span of time are more requests
// granted than the burst and what the span brings back.
TEST(TokenBuckets, NeverGrantMoreThanTheirAllowanceInAnySpan) {
  std::mt19937 random{7};
  const Allowance allowance{10, 5s};
  TokenBuckets buckets{allowance};
  std::deque<Steady::time_point> granted;
  Steady::time_point now = kStart;
  for (int i = 0; i < 3000; ++i) {
    now += std::chrono::milliseconds{random() % 400};
    const auto draw = buckets.draw("a", now);
    if (!draw.granted) {
      EXPECT_TRUE(TokenBuckets{buckets.allowance()}.draw("a", now).granted);
      continue;
    }
    granted.push_back(now);
    for (std::size_t first = granted.size() - 1; first > 0 && now - granted[first] < 20s; --first) {
      const double back = std::chrono::duration<double>{now - granted[first]} / 500ms;
      EXPECT_LE(static_cast<double>(granted.size() - first), 10 + back + 1e-6);
    }
  }
  EXPECT_GT(granted.size(), 500U);
}

// A bucket that was refused is granted after the wait that it was told.
TEST(TokenBuckets, KeepTheirWord) {
  std::mt19937 random{8};
  TokenBuckets buckets{{7, 3s}};
  Steady::time_point now = kStart;
  for (int i = 0; i < 1000; ++i) {
    now += std::chrono::milliseconds{random() % 100};
    const auto draw = buckets.draw("a", now);
    if (draw.granted) continue;
    now += draw.wait;
    EXPECT_TRUE(buckets.draw("a", now).granted);
  }
}

TEST(TokenBuckets, StayOfOneSizeAndForgetTheFullestFirst) {
  TokenBuckets buckets{{2, 1h}, 8};
  EXPECT_TRUE(buckets.draw("busy", kStart).granted);
  EXPECT_TRUE(buckets.draw("busy", kStart).granted);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_TRUE(buckets.draw("stranger " + std::to_string(i), kStart).granted);
  }
  EXPECT_FALSE(buckets.draw("busy", kStart).granted) << "a crowd does not free who used it up";
}

TEST(TokenBuckets, CountEveryDrawOfManyThreads) {
  TokenBuckets buckets{{1000, 1h}};
  std::atomic<int> granted = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 500; ++j) granted += buckets.draw("a", kStart).granted ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(granted, 1000);
}

}  // namespace
}  // namespace peerlab::gateway

#include "base/clock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/support/manual_clock.h"

namespace peerlab {
namespace {

using std::chrono::seconds;

Instant at(std::int64_t count) { return Instant{seconds{count}}; }

TEST(Rfc3339, ReadsWhatItWrites) {
  std::mt19937_64 random{3};
  std::uniform_int_distribution<std::int64_t> any{-62'135'596'800, 253'402'300'799};  // 0001..9999
  for (int i = 0; i < 20'000; ++i) {
    const Instant instant = at(any(random));
    ASSERT_EQ(parse_rfc3339(rfc3339(instant)), instant) << rfc3339(instant);
  }
}

TEST(Rfc3339, IsSpelledWithANumericOffsetAndNoFraction) {
  EXPECT_EQ(rfc3339(at(1'795'529'204)), "2026-11-24T14:06:44+00:00");
}

struct Spelling {
  std::string_view text;
  std::int64_t count;
};

class Rfc3339Accepts : public testing::TestWithParam<Spelling> {};

TEST_P(Rfc3339Accepts, EveryLegalSpellingOfAnInstant) {
  EXPECT_EQ(parse_rfc3339(GetParam().text), at(GetParam().count));
}

INSTANTIATE_TEST_SUITE_P(
    Spellings, Rfc3339Accepts,
    testing::Values(Spelling{"1970-01-01T00:00:00Z", 0}, Spelling{"1970-01-01t00:00:00z", 0},
                    Spelling{"1970-01-01T02:00:00+02:00", 0},
                    Spelling{"1969-12-31T18:30:00-05:30", 0},
                    Spelling{"1970-01-01T00:00:00.999999999Z", 0},
                    Spelling{"1969-12-31T23:59:59.5Z", -1},  // towards the past
                    Spelling{"2024-02-29T00:00:00Z", 1'709'164'800},
                    Spelling{"2016-12-31T23:59:60Z", 1'483'228'800},  // a leap second
                    Spelling{"2026-11-23T14:06:44.770197+00:00", 1'795'442'804}));

class Rfc3339Refuses : public testing::TestWithParam<std::string_view> {};

TEST_P(Rfc3339Refuses, WhatIsNoTime) {
  const Result<Instant> read = parse_rfc3339(GetParam());
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::Malformed);
}

INSTANTIATE_TEST_SUITE_P(Texts, Rfc3339Refuses,
                         testing::Values("", "2026", "2026-11-23", "2026-11-23T14:06:44",
                                         "2026-11-23T14:06:44+0000", "2026-11-23T14:06:44.Z",
                                         "2026-11-23T14:06:44Z ", " 2026-11-23T14:06:44Z",
                                         "2026-11-23T24:00:00Z", "2026-11-23T14:60:00Z",
                                         "2026-11-23T14:06:61Z", "2025-02-29T00:00:00Z",
                                         "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
                                         "2026-01-00T00:00:00Z", "2026-11-23T14:06:44+24:00",
                                         "2026-11-23T14:06:44+00:60", "2026-11-23T14:06:44+-1:00",
                                         "-026-11-23T14:06:44Z", "2026/11/23T14:06:44Z"));

TEST(Rfc3339, NeverCrashesOnRandomText) {
  std::mt19937_64 random{4};
  const std::string_view alphabet = "0123456789-:TZ.+ tz\n\xff";
  std::uniform_int_distribution<std::size_t> letter{0, alphabet.size() - 1}, length{0, 40};
  for (int i = 0; i < 20'000; ++i) {
    std::string text(length(random), ' ');
    for (char& c : text) c = alphabet[letter(random)];
    const Result<Instant> read = parse_rfc3339(text);
    if (read) {
      ASSERT_EQ(parse_rfc3339(rfc3339(*read)), *read) << text;
    }
  }
}

TEST(Rfc3339, ARefusalShowsAStrangersTextEscaped) {
  const Result<Instant> read = parse_rfc3339("\n\x1b[31m" + std::string(1000, 'x'));
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().detail, testing::HasSubstr("\\x0a\\x1b[31m"));
  EXPECT_LT(read.error().detail.size(), 200U);
}

TEST(ManualClock, StandsStillUntilItIsTold) {
  testing_support::ManualClock clock{at(100)};
  EXPECT_EQ(clock.now(), at(100));
  clock.advance(seconds{5});
  EXPECT_EQ(clock.now(), at(105));
  clock.set(at(1));
  EXPECT_EQ(clock.now(), at(1));
}

TEST(SystemClock, NeverRunsBackwardsWithinATest) {
  const SystemClock clock;
  const Instant before = clock.now();
  EXPECT_LE(before, clock.now());
  EXPECT_GT(before, at(1'700'000'000));
}

}  // namespace
}  // namespace peerlab

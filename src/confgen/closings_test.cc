#include "confgen/closings.h"

#include <gmock/gmock.h>

#include "base/file.h"
#include "tests/support/temporary_folder.h"

namespace peerlab::confgen {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const Ipv4 kAlice = *Ipv4::parse("100.64.0.7"), kBob = *Ipv4::parse("100.64.0.8");
constexpr Instant kNow{std::chrono::seconds{1'795'000'000}};

TEST(Closings, LastNoTimeThenOneMinuteAndTwiceAsLongEachTimeUpToAnHour) {
  Closings closings;
  Instant at = kNow;
  for (const auto length : {0min, 1min, 2min, 4min, 8min, 16min, 32min, 60min, 60min, 60min}) {
    const Closing closing = closings.close({kAlice, {}, Offence::StuckReader, at}, at);
    EXPECT_EQ(closing.until - at, length);
    at = closing.until + Closings::kForgotten;
    closings.forget(at);
  }
  EXPECT_EQ(closings.close({kBob, {}, Offence::StuckReader, at}, at).until, at) << "another member";
}

TEST(Closings, LastAsLongAsBirdWaitsAtLeast) {
  Closings closings;
  const auto until = [&] {
    return closings.close({kAlice, {}, Offence::TooManyPrefixes, kNow}, kNow + 90s).until;
  };
  EXPECT_EQ(until(), kNow + 90s);
  EXPECT_EQ(until(), kNow + 90s);
  EXPECT_EQ(until(), kNow + 120s);
}

TEST(Closings, AreForgottenAnHourAfterTheirEnd) {
  Closings closings;
  closings.close({kAlice, {}, Offence::StuckReader, kNow}, kNow + 30s);
  closings.forget(kNow + 30s + 1h);
  EXPECT_NE(closings.of(kAlice), nullptr);
  closings.forget(kNow + 31s + 1h);
  EXPECT_EQ(closings.of(kAlice), nullptr);
  EXPECT_EQ(closings.close({kAlice, {}, Offence::StuckReader, kNow}, kNow).times, 1U);
  EXPECT_EQ(closings.totals(), (OffenceCounts{2, 0})) << "a total never falls";
}

// A file of another clock or hand keeps nobody out for longer than a closing lasts.
TEST(Closings, LastNoLongerThanTheLongestWhateverAFileSaid) {
  Closing closing{*Ipv4::parse("100.64.0.17"),
                  std::nullopt,
                  Offence::TooManyPrefixes,
                  kNow + 24h,
                  kNow + 9000h,
                  2};
  Closings closings{{closing}, {}};
  closings.forget(kNow);
  ASSERT_EQ(closings.list().size(), 1U);
  EXPECT_TRUE(closings.list()[0].in_force(kNow));
  EXPECT_FALSE(closings.list()[0].in_force(kNow + 1h));
}

TEST(Closings, AreInForceFromTheirBeginningUntilBeforeTheirEnd) {
  Closings closings;
  closings.close({kAlice, {}, Offence::TooManyPrefixes, kNow}, kNow + 30s);
  closings.close({kBob, {}, Offence::StuckReader, kNow}, kNow + 10s);
  EXPECT_EQ(closings.in_force(kNow - 1s), (OffenceCounts{0, 0}));
  EXPECT_EQ(closings.in_force(kNow), (OffenceCounts{1, 1}));
  EXPECT_EQ(closings.in_force(kNow + 10s), (OffenceCounts{0, 1}));
  EXPECT_EQ(closings.in_force(kNow + 29s), (OffenceCounts{0, 1}));
  EXPECT_EQ(closings.in_force(kNow + 30s), (OffenceCounts{0, 0}));
}

TEST(Closings, TellTheMemberInSoFewBytesThatEveryDaemonTakesThem) {
  for (const Offence offence : kOffences) {
    const Closing twice{kAlice, {}, offence, kNow, kNow + 60s, 2};
    EXPECT_THAT(communication(twice), HasSubstr(rfc3339(twice.until)));
    for (const unsigned times : {1U, 2U}) {
      const std::string text = communication({kAlice, {}, offence, kNow, kNow + 60s, times});
      EXPECT_LE(text.size(), 128U) << text;
      EXPECT_THAT(text, testing::Not(testing::ContainsRegex("[\"\\\\\n]")))
          << "no spelling in BIRD";
    }
  }
}

TEST(Closings, AreTheSameAfterTheFile) {
  const testing_support::TemporaryFolder folder;
  const auto file = closings_file(folder.path());
  EXPECT_EQ(load_closings(file), Closings{});
  Closings closings;
  closings.close({.neighbour = kAlice,
                  .asn = *Asn::make(65107),
                  .offence = Offence::TooManyPrefixes,
                  .since = kNow,
                  .mark = "2026-11-25 05:13:10"},
                 kNow + 30s);
  closings.close({kBob, {}, Offence::StuckReader, kNow}, kNow);
  ASSERT_TRUE(store_closings(file, closings));
  EXPECT_EQ(load_closings(file), closings);
}

TEST(Closings, OfAFileThatIsNoListAreMalformed) {
  const testing_support::TemporaryFolder folder;
  const auto file = closings_file(folder.path());
  for (const char* const text : {"", "{", "[]"}) {
    ASSERT_TRUE(write_file(file, text));
    EXPECT_EQ(load_closings(file).error().kind, ErrorKind::Malformed) << text;
  }
}

TEST(Closings, OfADamagedFileAreThoseThatCanBeRead) {
  const testing_support::TemporaryFolder folder;
  const auto file = closings_file(folder.path());
  ASSERT_TRUE(write_file(file, R"({"sessions":[7,{"neighbour":"100.64.0.7"},
    {"neighbour":"100.64.0.8","reason":"stuck-reader","since":"2026-11-25T05:00:00Z",
     "until":"2026-11-25T05:01:00Z","times":2}],"totals":{"stuck-reader":-4}})"));
  EXPECT_THAT(load_closings(file)->list(), SizeIs(1));
  EXPECT_EQ(load_closings(file)->totals(), OffenceCounts{});
}

}  // namespace
}  // namespace peerlab::confgen

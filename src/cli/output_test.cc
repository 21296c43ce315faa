#include "cli/output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace peerlab::cli {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr OutputStyle text() { return {Format::Text, {}}; }
constexpr OutputStyle json() { return {Format::Json, {}}; }
constexpr OutputStyle csv() { return {Format::Csv, {}}; }
OutputStyle picking(std::vector<std::string> fields) { return {Format::Json, std::move(fields)}; }

Table leases() {
  return {{"prefix", "expires", "rpki"},
          {{{"3fff:100::/48", "3fff:100::/48"},
            {"2026-11-23T14:06:44+00:00", "soon"},
            {true, "enabled"}},
           {{"3fff:100:1::/48", "3fff:100:1::/48"},
            {"2026-11-23T15:06:44+00:00", "later"},
            {false, "disabled"}}}};
}

TEST(List, IsAlignedUnderItsNamesForPeople) {
  EXPECT_EQ(spelled_list(leases(), text()),
            "prefix           expires  rpki\n"
            "3fff:100::/48    soon     enabled\n"
            "3fff:100:1::/48  later    disabled\n");
}

TEST(List, IsAnArrayOfObjectsAsJson) {
  EXPECT_EQ(spelled_list(leases(), json()),
            R"([{"prefix":"3fff:100::/48","expires":"2026-11-23T14:06:44+00:00","rpki":true},)"
            R"({"prefix":"3fff:100:1::/48","expires":"2026-11-23T15:06:44+00:00","rpki":false}])"
            "\n");
}

TEST(List, IsAHeaderAndRowsAsCsv) {
  EXPECT_EQ(spelled_list(leases(), csv()),
            "prefix,expires,rpki\n"
            "3fff:100::/48,2026-11-23T14:06:44+00:00,true\n"
            "3fff:100:1::/48,2026-11-23T15:06:44+00:00,false\n");
}

TEST(List, WithoutRowsIsItsHeaderOrAnEmptyArray) {
  const Table empty{{"prefix", "expires", "rpki"}, {}};
  EXPECT_EQ(spelled_list(empty, text()), "prefix  expires  rpki\n");
  EXPECT_EQ(spelled_list(empty, csv()), "prefix,expires,rpki\n");
  EXPECT_EQ(spelled_list(empty, json()), "[]\n");
  EXPECT_EQ(spelled_list(empty, picking({"rpki"})), "[]\n");
}

TEST(List, OfPickedFieldsKeepsTheOrderOfThePick) {
  EXPECT_EQ(spelled_list(leases(), picking({"rpki", "prefix"})),
            R"([{"rpki":true,"prefix":"3fff:100::/48"},{"rpki":false,"prefix":"3fff:100:1::/48"}])"
            "\n");
}

TEST(List, NamesItsFieldsToWhoPicksOneThatIsNotThere) {
  const auto spelled = spelled_list(leases(), picking({"prefix", "expiry"}));
  ASSERT_FALSE(spelled);
  EXPECT_EQ(spelled.error().exit_code, ExitCode::Usage);
  EXPECT_EQ(spelled.error().says, "there is no field 'expiry'; there are: prefix,expires,rpki");
}

TEST(Csv, QuotesWhatCouldBeReadAsMoreThanOneValue) {
  const Table odd{{"a", "b", "c", "d"},
                  {{{"x,y", ""}, {"say \"hi\"", ""}, {"two\nlines", ""}, {std::monostate{}, ""}}}};
  EXPECT_EQ(spelled_list(odd, csv()), "a,b,c,d\n\"x,y\",\"say \"\"hi\"\"\",\"two\nlines\",\n");
}

TEST(Record, IsItsValueAloneALineANameOrAnObject) {
  const Table one{{"asn"}, {{{std::int64_t{65000}, "AS65000"}}}};
  EXPECT_EQ(spelled_record(one, text()), "AS65000\n");
  EXPECT_EQ(spelled_record(one, json()), "{\"asn\":65000}\n");
  EXPECT_EQ(spelled_record(one, csv()), "asn\n65000\n");
  const Table two{{"platform", "account"},
                  {{{"https://a", "https://a"}, {std::monostate{}, "unknown"}}}};
  EXPECT_EQ(spelled_record(two, text()), "platform  https://a\naccount   unknown\n");
  EXPECT_EQ(spelled_record(two, json()), "{\"platform\":\"https://a\",\"account\":null}\n");
}

TEST(Document, IsPassedOnAsItCameOrPickedFrom) {
  constexpr std::string_view kSent = R"({"asn": 65000, "later": {"x": [1]}})";
  EXPECT_EQ(spelled_document(kSent, json()), std::string{kSent} + "\n");
  EXPECT_EQ(spelled_document(kSent, picking({"later"})), "{\"later\":{\"x\":[1]}}\n");
  EXPECT_EQ(spelled_document(kSent, picking({"as"})).error().exit_code, ExitCode::Usage);
  EXPECT_EQ(spelled_document("[]", json()).error().exit_code, ExitCode::Failed);
}

TEST(Remaining, IsSaidInTheTwoUnitsThatMatter) {
  constexpr Instant kNow{1'795'000'000s};
  for (const auto& [left, said] : {std::pair{3h + 12min + 59s, "in 3 h 12 min"},
                                   {24h + 0s, "in 24 h 0 min"},
                                   {59min + 59s, "in 59 min"},
                                   {60s + 0h, "in 1 min"},
                                   {59s + 0h, "in 59 s"},
                                   {1s + 0h, "in 1 s"},
                                   {0s + 0h, "over"},
                                   {-5s + 0h, "over"}}) {
    EXPECT_EQ(remaining(kNow + left, kNow), said);
  }
}

TEST(ShownTime, IsUtcToTheMinute) {
  EXPECT_EQ(shown_time(Instant{1'795'000'000s}), "2026-11-18 11:06 UTC");
}

}  // namespace
}  // namespace peerlab::cli

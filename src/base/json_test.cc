#include "base/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <random>

namespace peerlab {
namespace {

ErrorKind kind_of(std::string_view text) {
  const auto value = parse_json(text);
  return value ? ErrorKind::Internal : value.error().kind;
}

class JsonRefuses : public testing::TestWithParam<std::string> {};

TEST_P(JsonRefuses, WhatIsNotOneJsonText) { EXPECT_EQ(kind_of(GetParam()), ErrorKind::Malformed); }

INSTANTIATE_TEST_SUITE_P(Texts, JsonRefuses,
                         testing::Values("", " ", "{", "{}{}", "{} x", "{\"a\":}", "{'a':1}",
                                         "[1,]", "// c\n1", "NaN", "01", "\"\xff\"", "\"a",
                                         "{\"a\":1", std::string(100, '['), std::string("1\0", 2)));

TEST(Json, RefusesAMemberNamedTwiceAtAnyDepth) {
  for (const char* text : {R"({"a":1,"a":1})", R"([{"b":{"a":1,"c":2,"a":3}}])",
                           R"({"a":1,"\u0061":2})", R"({"":1,"":2})"}) {
    EXPECT_EQ(kind_of(text), ErrorKind::Unprocessable) << text;
  }
}

TEST(Json, TakesOneNameInTwoObjects) {
  EXPECT_TRUE(parse_json(R"({"a":{"a":1},"b":{"a":[{"a":2},{"a":3}]}})"));
}

TEST(Json, ShowsAStrangersMemberNameEscaped) {
  const auto value = parse_json(R"({"\u001b[31m\n":1,"\u001b[31m\n":2})");
  ASSERT_FALSE(value);
  EXPECT_THAT(value.error().detail, testing::HasSubstr("\\x1b[31m\\x0a"));
}

TEST(Json, ReadsBackWhatItsLibraryWrites) {
  const boost::json::value value = {{"asn", 65000}, {"leases", {"3fff:100::/48", nullptr, true}}};
  const auto read = parse_json(boost::json::serialize(value));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, value);
}

TEST(Json, NeverCrashesOnRandomText) {
  std::mt19937_64 random{9};
  const std::string_view alphabet = "{}[]\",:\\u019aetrfnl.-\n\xff";
  for (int i = 0; i < 20'000; ++i) {
    std::string text(random() % 30, ' ');
    for (char& c : text) c = alphabet[random() % alphabet.size()];
    const auto value = parse_json(text);
    if (value) {
      ASSERT_TRUE(parse_json(boost::json::serialize(*value))) << text;
    }
  }
}

TEST(JsonMembers, AreNothingWhereAbsentNullOrOfAnotherType) {
  const auto value = parse_json(R"({"n":null,"s":"x","i":-4,"d":4.0,"u":18446744073709551615})");
  ASSERT_TRUE(value);
  const boost::json::object& object = value->get_object();
  EXPECT_EQ(text_member(object, "s"), "x");
  EXPECT_EQ(integer_member(object, "i"), -4);
  for (const char* name : {"gone", "n", "i"}) EXPECT_EQ(text_member(object, name), std::nullopt);
  for (const char* name : {"gone", "n", "s", "d", "u"}) {
    EXPECT_EQ(integer_member(object, name), std::nullopt) << name;
  }
}

}  // namespace
}  // namespace peerlab

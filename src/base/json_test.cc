#include "base/json.h"

#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <random>

namespace peerlab {
namespace {

TEST(ParseJson, RefusesAMemberNamedTwiceAtAnyDepth) {
  for (const char* const text : {R"({"a":1,"a":2})", R"({"x":{"a":1,"b":2,"a":1}})",
                                 R"([{"a":null,"a":null}])", R"({"\u0061":1,"a":2})"}) {
    const auto value = parse_json(text);
    ASSERT_FALSE(value) << text;
    EXPECT_EQ(value.error().kind, ErrorKind::Unprocessable) << text;
    EXPECT_EQ(value.error().detail, "the member 'a' appears twice") << text;
    EXPECT_EQ(name_used_twice(text), "a") << text;
  }
}

TEST(ParseJson, TakesOneNameInSeveralObjects) {
  EXPECT_TRUE(parse_json(R"({"a":{"a":1},"b":[{"a":2},{"a":3}]})"));
  EXPECT_EQ(name_used_twice(R"({"a":{"a":1}})"), std::nullopt);
}

TEST(ParseJson, RefusesWhatIsNoJson) {
  const std::string deep(33, '[');
  for (const std::string& text :
       {std::string{""}, std::string{"{"}, std::string{"{} x"}, std::string{"{'a':1}"},
        std::string{"[1,]"}, std::string{"nul"}, std::string{"\"\xff\""}, std::string{"// c\n1"},
        deep + std::string(33, ']')}) {
    const auto value = parse_json(text);
    ASSERT_FALSE(value) << text;
    EXPECT_EQ(value.error().kind, ErrorKind::Malformed) << text;
  }
}

TEST(ParseJson, ShowsAStrangersNameInPrintableAsciiOnly) {
  const auto value = parse_json("{\"a\\n\\u0001\":1,\"a\\n\\u0001\":2}");
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().detail, R"(the member 'a\x0a\x01' appears twice)");
}

TEST(ParseJson, NeverFailsOtherwiseThanByValueOnRandomText) {
  std::mt19937 random{20261124};
  const std::string_view alphabet = "{}[]\",:0123456789.eE+-truefalsn\\u \n\xff\x80";
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (std::size_t size = random() % 40; size > 0; --size)
      text += alphabet[random() % alphabet.size()];
    const auto value = parse_json(text);
    EXPECT_TRUE(!value || parse_json(boost::json::serialize(*value))) << text;
  }
}

TEST(JsonMembers, AreNothingWhenAbsentNullOrOfAnotherType) {
  const auto value = parse_json(R"({"t":"x","n":7,"z":null,"f":7.0,"big":18446744073709551615})");
  ASSERT_TRUE(value);
  const boost::json::object& object = value->get_object();
  EXPECT_EQ(text_member(object, "t"), "x");
  EXPECT_EQ(integer_member(object, "n"), 7);
  for (const char* const name : {"z", "absent", "n", "f"})
    EXPECT_EQ(text_member(object, name), std::nullopt);
  for (const char* const name : {"z", "absent", "t", "f", "big"}) {
    EXPECT_EQ(integer_member(object, name), std::nullopt) << name;
  }
}

}  // namespace
}  // namespace peerlab

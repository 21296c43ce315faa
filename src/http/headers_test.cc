#include "http/headers.h"

#include <gmock/gmock.h>

#include "http/field_syntax.h"
#include "http/method.h"

namespace peerlab::http {
namespace {

TEST(Headers, FindTheFirstFieldOfANameWhateverItsCase) {
  const Headers headers{{"Accept", "a"}, {"X", "1"}, {"ACCEPT", "b"}};
  EXPECT_EQ(headers.find("accept"), "a");
  EXPECT_EQ(headers.count("aCCept"), 2U);
  EXPECT_EQ(headers.find("Accep"), std::nullopt);
  EXPECT_EQ(headers.count("Y"), 0U);
}

TEST(Headers, SetLeavesOneFieldOfTheName) {
  Headers headers{{"a", "1"}, {"B", "2"}, {"A", "3"}};
  headers.set("A", "4");
  EXPECT_EQ(headers.count("a"), 1U);
  EXPECT_EQ(headers.find("a"), "4");
  EXPECT_EQ(headers.find("b"), "2");
}

TEST(EqualWithoutCase, IsAboutAsciiLettersOnly) {
  EXPECT_TRUE(equal_without_case("aZ-09", "Az-09"));
  EXPECT_FALSE(equal_without_case("a", "ab"));
  EXPECT_FALSE(equal_without_case("[", "{"));  // 0x20 apart, as letters are
  EXPECT_FALSE(equal_without_case("\xc3\xa4", "\xc3\x84"));
}

TEST(FieldSyntax, LetsNothingBeginAFieldOfItsOwn) {
  for (const char* const name : {"X-A", "a", "!#$%&'*+-.^_`|~09azAZ"}) {
    EXPECT_TRUE(is_token(name)) << name;
  }
  for (const char* const name : {"", "a b", "a:", "a\r\n", "a\t", "\xc3\xa4", "a(", "a\"", "a/b"}) {
    EXPECT_FALSE(is_token(name)) << name;
  }
  for (int byte = 0; byte < 256; ++byte) {
    const bool control = (byte < 0x20 && byte != '\t') || byte == 0x7F;
    EXPECT_EQ(is_safe({"a", std::string{"b"} + static_cast<char>(byte)}), !control) << byte;
  }
}

TEST(Method, IsNamedWithItsCase) {
  for (const auto method : {Method::Get, Method::Head, Method::Post, Method::Put, Method::Delete,
                            Method::Patch, Method::Options, Method::Connect, Method::Trace}) {
    EXPECT_EQ(method_of(name_of(method)), method);
  }
  for (const char* const name : {"get", "Get", "GETS", "", "OTHER", "PROPFIND"}) {
    EXPECT_EQ(method_of(name), Method::Other) << name;
  }
}

}  // namespace
}  // namespace peerlab::http

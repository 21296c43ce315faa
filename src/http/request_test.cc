#include "http/request.h"

#include <gmock/gmock.h>

#include "http/percent.h"
#include "tests/support/random_text.h"

namespace peerlab::http {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(ParseTarget, TakesSegmentsApartAndDecodesEachOnItsOwn) {
  const struct {
    std::string_view target;
    std::vector<std::string> segments;
    std::string path;
  } cases[] = {
      {"/", {}, "/"},
      {"/a", {"a"}, "/a"},
      {"/a/", {"a", ""}, "/a/"},
      {"//", {"", ""}, "//"},
      {"//a", {"", "a"}, "//a"},
      {"/a//b", {"a", "", "b"}, "/a//b"},
      {"/prefix/2001:db8::%2F48", {"prefix", "2001:db8::/48"}, "/prefix/2001:db8::/48"},
      {"/%2f%2F", {"//"}, "///"},
      {"/%252F", {"%2F"}, "/%2F"},
      {"/a/../b/./c", {"a", "..", "b", ".", "c"}, "/a/../b/./c"},
      {"/%2e%2E/x", {"..", "x"}, "/../x"},
      {"/a+b%20c", {"a+b c"}, "/a+b c"},
      {"/%c3%a4", {"\xc3\xa4"}, "/\xc3\xa4"},
      {"/a%3Fb", {"a?b"}, "/a?b"},
      {"/http://b", {"http:", "", "b"}, "/http://b"},
      {"/a%00b/c", {"\0"s}, "\0"s},
      {"*", {"*"}, "*"},
      {"http://example.org", {}, "/"},
      {"HTTP://example.org:80/a/b", {"a", "b"}, "/a/b"},
      {"https://example.org?q", {}, "/"},
  };
  for (const auto& [target, segments, path] : cases) {
    const Result<Target> parsed = parse_target(target);
    ASSERT_TRUE(parsed) << target;
    EXPECT_EQ(parsed->segments, segments) << target;
    EXPECT_EQ(parsed->path, path) << target;
  }
}

TEST(ParseTarget, RefusesWhatIsNoPathOfOurs) {
  for (const char* const target :
       {"",          "a",       "?a=b",    "#",         "/a#b",      "example.org:443",
        "http:",     "http:/a", "http://", "http:///a", "http://?q", "://a/b",
        "ftp://a/b", "**",      "/%",      "/%zz",      "/%ff",      "/\xff",
        "/%c0%af",   "/?%",     "/?a=%ff", "/?\xff"}) {
    const Result<Target> parsed = parse_target(target);
    ASSERT_FALSE(parsed) << target;
    EXPECT_EQ(parsed.error().kind, ErrorKind::Malformed) << target;
  }
}

TEST(ParseTarget, ReadsTheQueryAsAForm) {
  const auto query = [](std::string_view target) { return parse_target(target)->query; };
  EXPECT_THAT(query("/"), IsEmpty());
  EXPECT_THAT(query("/?"), IsEmpty());
  EXPECT_THAT(query("/?&&"), IsEmpty());
  EXPECT_THAT(query("/?a=b+c&d&=e&a=%26%3D"),
              ElementsAre(Parameter{"a", "b c"}, Parameter{"d", ""}, Parameter{"", "e"},
                          Parameter{"a", "&="}));
  EXPECT_THAT(query("/a?b=/c?d"), ElementsAre(Parameter{"b", "/c?d"}));
}

TEST(ParseTarget, GivesBackWhateverASegmentOrAParameterHeld) {
  std::mt19937_64 random{20261125};
  for (int round = 0; round < 2000; ++round) {
    const std::string segment = testing_support::random_text(random, "ab/?#&=+%. \n\"<>\\\x7f", 8);
    const std::string target =
        "/x/" + percent_encode(segment) + "?" + form_encode({{"n", segment}});
    const Result<Target> parsed = parse_target(target);
    ASSERT_TRUE(parsed) << target;
    EXPECT_THAT(parsed->segments, ElementsAre("x", segment));
    EXPECT_THAT(parsed->query, ElementsAre(Parameter{"n", segment}));
  }
}

TEST(Request, GivesTheFirstParameterOfAName) {
  Request request;
  request.query = {{"a", "1"}, {"b", "2"}, {"a", "3"}};
  EXPECT_EQ(request.parameter("a"), "1");
  EXPECT_EQ(request.parameter("b"), "2");
  EXPECT_EQ(request.parameter("A"), std::nullopt);
}

}  // namespace
}  // namespace peerlab::http

#include "base/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <random>

namespace peerlab {
namespace {

std::string random_text(std::mt19937_64& random, std::string_view alphabet) {
  std::uniform_int_distribution<std::size_t> length{0, 30}, letter{0, alphabet.size() - 1};
  std::string text(length(random), ' ');
  for (char& c : text) c = alphabet[letter(random)];
  return text;
}

TEST(Split, PartsJoinedAgainAreTheText) {
  std::mt19937_64 random{6};
  for (int i = 0; i < 2000; ++i) {
    const std::string text = random_text(random, "ab,,");
    std::string joined;
    for (const std::string_view part : split(text, ',')) {
      ASSERT_EQ(part.find(','), std::string_view::npos);
      joined.append(part).push_back(',');
    }
    ASSERT_EQ(joined, text + ',');
  }
}

TEST(SplitOnce, CutsAtTheFirstSeparatorOnly) {
  EXPECT_EQ(split_once("a-b-c", '-'), std::pair(std::string_view{"a"}, std::string_view{"b-c"}));
  EXPECT_EQ(split_once("abc", '-'), std::pair(std::string_view{"abc"}, std::string_view{}));
  EXPECT_EQ(split_once("-", '-'), std::pair(std::string_view{}, std::string_view{}));
}

TEST(Trim, TakesBlanksFromBothEndsAndNoneFromWithin) {
  EXPECT_EQ(trim(" \t a b \r\n"), "a b");
  EXPECT_EQ(trim(" \r\n\t "), "");
  EXPECT_EQ(trim(""), "");
}

TEST(Lowercase, ChangesAsciiLettersOnly) {
  EXPECT_EQ(lowercase("AbZ[@`\xc3\x84"), "abz[@`\xc3\x84");
}

TEST(Printable, IsShortAndHoldsNothingButPrintableAscii) {
  std::mt19937_64 random{7};
  for (int i = 0; i < 2000; ++i) {
    std::string text(random() % 200, '\0');
    for (char& c : text) c = static_cast<char>(random());
    const std::string shown = printable(text, 40);
    ASSERT_LE(shown.size(), 40U + 3 + 3);  // a last escape and the dots
    for (const char c : shown) ASSERT_TRUE(c >= ' ' && c <= '~') << shown;
  }
}

TEST(Printable, ShowsWhatWasThere) {
  EXPECT_EQ(printable("alice@example.org"), "alice@example.org");
  EXPECT_EQ(printable("a\nb\x7f\xff"), "a\\x0ab\\x7f\\xff");
  EXPECT_EQ(printable("abcdef", 3), "abc...");
  EXPECT_EQ(printable("abc", 3), "abc");
}

TEST(ParseDecimal, ReadsEveryNumberThatFits) {
  std::mt19937_64 random{8};
  for (int i = 0; i < 5000; ++i) {
    const auto number = static_cast<std::uint32_t>(random());
    ASSERT_EQ(parse_decimal<std::uint32_t>(std::to_string(number)), number);
  }
  EXPECT_EQ(parse_decimal<std::uint8_t>("255"), 255);
}

TEST(ParseDecimal, RefusesSignsBlanksAndWhatDoesNotFit) {
  for (const char* text : {"", "+1", "-1", " 1", "1 ", "0x1", "1.0", "1e3", "256", "99999999999"}) {
    EXPECT_EQ(parse_decimal<std::uint8_t>(text), std::nullopt) << text;
  }
}

TEST(WordsOf, AreWhatStandsBetweenBlanks) {
  EXPECT_THAT(words_of("  a b\t  c\r"), testing::ElementsAre("a", "b", "c"));
  EXPECT_THAT(words_of("   "), testing::IsEmpty());
}

TEST(Ordinal, EndsAsItIsSpoken) {
  const std::string first =
      "1st 2nd 3rd 4th 10th 11th 12th 13th 14th 20th 21st 22nd 23rd 101st 111th 112th 121st 1003rd";
  for (const std::string_view one : words_of(first)) {
    const auto number = parse_decimal<std::uint64_t>(one.substr(0, one.size() - 2));
    EXPECT_EQ(ordinal(*number), one);
  }
}

}  // namespace
}  // namespace peerlab

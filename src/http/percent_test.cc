#include "http/percent.h"

#include <gmock/gmock.h>

#include <optional>

#include "http/request.h"
#include "tests/support/random_text.h"

namespace peerlab::http {
namespace {

using testing_support::mutated;
using testing_support::random_text;

// RFC 3629, section 3, read as it is written: decode, then ask whether the shortest form was used.
bool model_is_utf8(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size();) {
    const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(bytes[k]); };
    const unsigned first = byte(i);
    const std::size_t length = first < 0x80              ? 1
                               : (first & 0xE0U) == 0xC0 ? 2
                               : (first & 0xF0U) == 0xE0 ? 3
                               : (first & 0xF8U) == 0xF0 ? 4
                                                         : 0;
    if (length == 0 || i + length > bytes.size()) return false;
    unsigned number = length == 1 ? first : first & (0x7FU >> length);
    for (std::size_t k = i + 1; k < i + length; ++k) {
      if ((byte(k) & 0xC0U) != 0x80) return false;
      number = number << 6U | (byte(k) & 0x3FU);
    }
    constexpr unsigned kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = number >= 0xD800 && number <= 0xDFFF;
    if (number < kLeast[length] || number > 0x10FFFF || surrogate) return false;
    i += length;
  }
  return true;
}

std::string any_bytes(std::mt19937_64& random, std::size_t most) {
  static const std::string kAll = [] {
    std::string all;
    for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
    return all;
  }();
  return random_text(random, kAll, most);
}

TEST(IsUtf8, AgreesWithTheModelOnEveryTextOfTwoBytes) {
  for (int one = 0; one < 256; ++one) {
    for (int two = 0; two < 256; ++two) {
      const std::string text{static_cast<char>(one), static_cast<char>(two)};
      ASSERT_EQ(is_utf8(text), model_is_utf8(text)) << one << " " << two;
    }
  }
}

TEST(IsUtf8, AgreesWithTheModelAtEveryEdge) {
  // The bytes at which a rule begins or ends, in every combination of three and four.
  const std::string edges{
      "\x00\x7f\x80\x8f\x90\x9f\xa0\xbf\xc0\xc1\xc2\xdf\xe0\xe1\xec\xed\xee\xef"
      "\xf0\xf1\xf3\xf4\xf5\xff",
      24};
  std::string text(4, '\0');
  for (const char a : edges) {
    for (const char b : edges) {
      for (const char c : edges) {
        for (const char d : edges) {
          text = {a, b, c, d};
          ASSERT_EQ(is_utf8(text), model_is_utf8(text)) << testing::PrintToString(text);
          text.pop_back();
          ASSERT_EQ(is_utf8(text), model_is_utf8(text)) << testing::PrintToString(text);
        }
      }
    }
  }
}

TEST(IsUtf8, AgreesWithTheModelOnBrokenRealText) {
  std::mt19937_64 random{20261125};
  for (int round = 0; round < 20000; ++round) {
    const std::string text = mutated(random, "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x8c\x8d z");
    ASSERT_EQ(is_utf8(text), model_is_utf8(text)) << testing::PrintToString(text);
  }
}

TEST(PercentEncode, IsUndoneByDecode) {
  std::mt19937_64 random{20261125};
  for (int round = 0; round < 5000; ++round) {
    const std::string text = any_bytes(random, 20);
    const Result<std::string> decoded = percent_decode(percent_encode(text), Plus::IsBlank);
    ASSERT_EQ(static_cast<bool>(decoded), is_utf8(text));
    if (decoded) {
      ASSERT_EQ(*decoded, text);
    }
  }
}

TEST(PercentEncode, LeavesOnlyUnreservedCharacters) {
  EXPECT_EQ(percent_encode("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(percent_encode("2001:db8::/48"), "2001%3Adb8%3A%3A%2F48");
  EXPECT_EQ(percent_encode("a b+c%&=?#\n\xff"), "a%20b%2Bc%25%26%3D%3F%23%0A%FF");
}

TEST(PercentDecode, KnowsWhetherAPlusIsABlank) {
  EXPECT_EQ(percent_decode("a+b%2B", Plus::IsBlank), "a b+");
  EXPECT_EQ(percent_decode("a+b%2b", Plus::IsItself), "a+b+");
}

TEST(PercentDecode, DecodesOnceAndNotTwice) {
  EXPECT_EQ(percent_decode("%252F", Plus::IsItself), "%2F");
}

TEST(PercentDecode, RefusesBrokenEscapesAndWhatIsNoUtf8) {
  for (const char* const text : {"%", "a%", "%4", "%4g", "%g4", "%%41", "% 41", "%+1", "%ff",
                                 "%c0%af", "%ed%a0%80", "\xff"}) {
    const auto decoded = percent_decode(text, Plus::IsItself);
    ASSERT_FALSE(decoded) << text;
    EXPECT_EQ(decoded.error().kind, ErrorKind::Malformed) << text;
  }
}

TEST(PercentDecode, NeverFailsOtherwiseThanByValue) {
  std::mt19937_64 random{20261125};
  for (int round = 0; round < 20000; ++round) {
    const auto decoded =
        percent_decode(random_text(random, "%%%0189afAFg+/\xc3\xa4", 12), Plus::IsItself);
    ASSERT_TRUE(!decoded || is_utf8(*decoded));
  }
}

TEST(FormEncode, SeparatesWhatItsValuesCannotContain) {
  EXPECT_EQ(form_encode({}), "");
  EXPECT_EQ(form_encode({{"grant_type", "urn:x"}, {"a&b", "c=d"}}),
            "grant_type=urn%3Ax&a%26b=c%3Dd");
}

}  // namespace
}  // namespace peerlab::http

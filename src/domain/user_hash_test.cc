#include "domain/user_hash.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <ostream>
#include <random>
#include <type_traits>

#include "tests/support/random_text.h"

namespace peerlab {
namespace {

using testing_support::mutated;

TEST(Subject, Holds1To255Bytes) {
  EXPECT_FALSE(Subject::parse(""));
  EXPECT_TRUE(Subject::parse("a"));
  EXPECT_TRUE(Subject::parse(std::string(255, 'a')));
  EXPECT_FALSE(Subject::parse(std::string(256, 'a')));
}

TEST(Subject, RefusesControlCharactersWhereverTheyStand) {
  for (int byte = 0; byte < 256; ++byte) {
    const bool control = byte < 0x20 || byte == 0x7f;
    for (std::size_t at = 0; at < 3; ++at) {
      std::string text = "a|b";
      text[at] = static_cast<char>(byte);
      EXPECT_EQ(Subject::parse(text).has_value(), !control) << byte << " at " << at;
    }
  }
}

TEST(Subject, IsNotNamedInTheErrorThatRefusesIt) {
  EXPECT_EQ(Subject::parse("auth0|alice\n").error().detail.find("alice"), std::string::npos);
}

template <class T>
concept Printable = requires(std::ostream& stream, const T& value) {
  stream << value;
};

TEST(Subject, CannotBePrinted) {
  static_assert(Printable<std::string> && !Printable<Subject> && !Printable<Secret>);
  static_assert(!fmt::is_formattable<Subject>::value && !fmt::is_formattable<Secret>::value);
}

TEST(UserHash, IsSha256InLowercaseHexadecimal) {
  const std::vector<std::pair<const char*, const char*>> vectors{
      {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},  // FIPS 180-4
      {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
      {"hello world", "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9"}};
  for (const auto& [subject, hash] : vectors) {
    EXPECT_EQ(UserHash::of(*Subject::parse(subject)).text(), hash);
    EXPECT_EQ(UserHash::of(*Subject::parse(subject)).short_text(), std::string(hash, 8));
  }
}

TEST(UserHash, PrintsAndReadsItselfBack) {
  for (int number = 0; number < 1000; ++number) {
    const UserHash hash = UserHash::of(*Subject::parse(std::to_string(number)));
    ASSERT_EQ(*UserHash::parse(hash.text()), hash);
  }
}

TEST(UserHash, IsExactly64LowercaseHexadecimalDigits) {
  const std::string hash = UserHash::of(*Subject::parse("auth0|alice")).text();
  for (const std::string& text : {std::string{}, hash.substr(1), hash + "0", "A" + hash.substr(1),
                                  "g" + hash.substr(1), " " + hash.substr(1)}) {
    EXPECT_EQ(UserHash::parse(text).error().kind, ErrorKind::Malformed) << text;
  }
  std::mt19937_64 random{21};
  for (int round = 0; round < 5000; ++round) {
    const std::string text = mutated(random, hash);
    const auto parsed = UserHash::parse(text);
    if (parsed) {
      ASSERT_EQ(parsed->text(), text);
    }
  }
}

}  // namespace
}  // namespace peerlab

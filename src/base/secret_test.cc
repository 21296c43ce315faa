#include "base/secret.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <concepts>
#include <ostream>

namespace peerlab {
namespace {

template <class T>
concept Streams = requires(std::ostream& out, const T& value) {
  out << value;
};

static_assert(Streams<std::string> && !Streams<Secret>);
static_assert(fmt::is_formattable<std::string>::value && !fmt::is_formattable<Secret>::value);
static_assert(!std::convertible_to<Secret, std::string> &&
              !std::convertible_to<std::string, Secret>);

TEST(Secret, EqualsTheSameTextOnly) {
  const Secret key{"correct horse"};
  EXPECT_TRUE(key.equals(Secret{"correct horse"}));
  for (const char* other :
       {"", "correct hors", "correct horse ", "Correct horse", "correct horsf"}) {
    EXPECT_FALSE(key.equals(Secret{other})) << other;
  }
}

TEST(Secret, ComparesBytesAndNotCStrings) {
  EXPECT_FALSE(Secret{std::string("a\0b", 3)} == Secret{std::string("a\0c", 3)});
}

TEST(Secret, IsEmptyUntilItIsGivenAText) {
  EXPECT_TRUE(Secret{}.empty());
  EXPECT_TRUE(Secret{} == Secret{""});
  EXPECT_FALSE(Secret{"x"}.empty());
}

}  // namespace
}  // namespace peerlab

#include "identity/operator_keys.h"

#include <gmock/gmock.h>

namespace peerlab::identity {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::Optional;

constexpr const char* kOlga = "key-of-olga-0123456789";
constexpr const char* kOlgaNext = "next-key-of-olga-0123456789";
constexpr const char* kPaul = "key-of-paul-0123456789";

std::optional<std::string> who(const OperatorKeys& keys, std::string key) {
  return keys.name_of(Secret{std::move(key)});
}

std::string refusal(std::string_view text) {
  const auto keys = OperatorKeys::parse(text);
  return keys ? "(none)" : keys.error().detail;
}

TEST(OperatorKeys, SayWhoseEachIs) {
  const auto keys = OperatorKeys::parse(
      "# the night shift\nolga key-of-olga-0123456789\r\n\n\tpaul.x_2-3  key-of-paul-0123456789\n"
      "olga next-key-of-olga-0123456789");
  ASSERT_TRUE(keys) << keys.error().detail;
  EXPECT_EQ(keys->size(), 3U);
  EXPECT_THAT(who(*keys, kOlga), Optional(std::string{"olga"}));
  EXPECT_THAT(who(*keys, kOlgaNext), Optional(std::string{"olga"}));
  EXPECT_THAT(who(*keys, kPaul), Optional(std::string{"paul.x_2-3"}));
  for (const char* const stranger : {"", "key-of-olga-012345678", "key-of-olga-01234567890", "olga",
                                     "olga key-of-olga-0123456789"}) {
    EXPECT_EQ(who(*keys, stranger), std::nullopt) << stranger;
    EXPECT_EQ(who(OperatorKeys::none(), stranger), std::nullopt);
  }
}

TEST(OperatorKeys, AreRefusedByLineAndNeverShown) {
  for (const auto& [text, says] :
       {std::pair{"key-of-olga-0123456789", "line 1: write it as NAME KEY"},
        {"olga key-of-olga-0123456789 x", "line 1: write it as NAME KEY"},
        {"#\nolga short", "line 2: a key is at least 16"},
        {"ol/ga key-of-olga-0123456789", "line 1: a name is"},
        {"member key-of-olga-0123456789", "line 1: a name is"},
        {"op-olga key-of-olga-0123456789", "line 1: a name is"},
        {"abcdefghijklmnopqrstuvwxyz0123456 key-of-olga-0123456789", "line 1: a name is"},
        {"olga key-of-olga-0123456789\npaul key-of-olga-0123456789", "line 2: somebody else"},
        {"# nobody\n", "no key"}}) {
    EXPECT_THAT(refusal(text), HasSubstr(says)) << text;
    EXPECT_THAT(refusal(text), Not(HasSubstr("olga-0123"))) << text;
  }
}

}  // namespace
}  // namespace peerlab::identity

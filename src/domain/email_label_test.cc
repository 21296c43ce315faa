#include "domain/email_label.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "tests/support/random_text.h"

namespace peerlab {
namespace {

TEST(EmailLabel, IsWhatPeopleHave) {
  for (const char* const text :
       {"alice@example.org", "A.b_c%d+e-f@x-y.Example.ORG", "a@b", "1@2", ".@.", "-@-"}) {
    const auto label = EmailLabel::parse(text);
    ASSERT_TRUE(label) << text;
    EXPECT_EQ(label->text(), text);
  }
}

TEST(EmailLabel, IsNeverMoreThanTheStrictAlphabet) {
  for (const std::string_view text :
       {"",      "alice", "@",     "a@",      "@b",    "a@b@c",      "a b@c",      "a@b c",
        "a@b\n", "\na@b", "a@b#",  "a\"@b",   "a@b\"", "a}@b",       "a@b}",       "a@b_c",
        "a@b%c", "a@b+c", "a;@b",  "a@b;",    "a\t@b", "\xc3\xa4@b", "a@\xc3\xa4", "a/b@c",
        "a\\@b", "'a'@b", "<a@b>", "a@[::1]", "a*/@b"}) {
    EXPECT_FALSE(EmailLabel::parse(text)) << text;
  }
  EXPECT_FALSE(EmailLabel::parse(std::string_view{"a@b\0", 4}));
}

TEST(EmailLabel, HasAtMost254Characters) {
  const std::string longest = std::string(251, 'a') + "@bc";
  EXPECT_TRUE(EmailLabel::parse(longest));
  EXPECT_FALSE(EmailLabel::parse("a" + longest));
}

// Said once more, byte by byte: a second spelling of the rule.
bool strict(const std::string& text) {
  const auto at = text.find('@');
  const auto good = [&](std::size_t i) {
    const char c = text[i];
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || c == '.' || c == '-') return true;
    return i < at ? c == '_' || c == '%' || c == '+' : i == at;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!good(i)) return false;
  }
  return at != std::string::npos && at > 0 && at + 1 < text.size() && text.size() <= 254;
}

TEST(EmailLabel, RefusesWhateverIsNotStrictAndNothingElse) {
  std::mt19937_64 random{91};
  int accepted = 0;
  for (int round = 0; round < 20'000; ++round) {
    const std::string text = testing_support::mutated(random, "alice+x@example.org");
    const bool parsed = EmailLabel::parse(text).has_value();
    ASSERT_EQ(parsed, strict(text)) << testing::PrintToString(text);
    accepted += parsed ? 1 : 0;
  }
  EXPECT_GT(accepted, 100);
  EXPECT_LT(accepted, 19'900);
}

}  // namespace
}  // namespace peerlab

#include "identity/agent_keys.h"

#include <gmock/gmock.h>

namespace peerlab::identity {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(AgentKeys, AcceptEachKeyOfTheFileAndNoOther) {
  const auto keys =
      AgentKeys::parse("# the old one\n0123456789abcdef\r\n\n  fedcba9876543210-new\n# end");
  ASSERT_TRUE(keys) << keys.error().detail;
  EXPECT_EQ(keys->size(), 2);
  for (const char* const key : {"0123456789abcdef", "fedcba9876543210-new"}) {
    EXPECT_TRUE(keys->accept(Secret{key})) << key;
  }
  for (const char* const key : {"", "0123456789abcde", "0123456789abcdeF", "0123456789abcdef ",
                                "# the old one", "fedcba9876543210-ne"}) {
    EXPECT_FALSE(keys->accept(Secret{key})) << key;
  }
}

TEST(AgentKeys, NameTheLineThatIsNoKeyAndNeverItsText) {
  for (const char* const line :
       {"short-key", "0123456789 abcdef", "0123456789abcde\x7f", "0123456789abcd\xc3\xa4"}) {
    const auto keys = AgentKeys::parse(std::string{"# first\n0123456789abcdef\n"} + line);
    ASSERT_FALSE(keys) << line;
    EXPECT_EQ(keys.error().kind, ErrorKind::Malformed);
    EXPECT_THAT(keys.error().detail, HasSubstr("line 3"));
    EXPECT_THAT(keys.error().detail, Not(HasSubstr(line)));
  }
}

TEST(AgentKeys, AreNeverNone) {
  for (const char* const text : {"", "\n", "# only a comment\n"}) {
    EXPECT_FALSE(AgentKeys::parse(text)) << text;
  }
  EXPECT_FALSE(AgentKeys::single(Secret{}));
  EXPECT_FALSE(AgentKeys::single(Secret{"short-key"}));
  EXPECT_TRUE(AgentKeys::single(Secret{"0123456789abcdef"}));
}

}  // namespace
}  // namespace peerlab::identity

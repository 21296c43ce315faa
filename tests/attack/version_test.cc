// The BIRD that stands first in PATH: with_debian13.sh puts others there.
#include "bird/version.h"

#include <gmock/gmock.h>

#include "base/process.h"

namespace peerlab::attack {
namespace {

TEST(Version, OfARealBirdIsTakenExactlyWhereItIsTwo) {
  const auto said = run({{"bird", "--version"}});
  if (!said) GTEST_SKIP() << said.error().detail;
  const std::string words = said->output + said->errors;
  const auto version = bird::supported_version(words);
  EXPECT_EQ(version.has_value(), words.find("BIRD version 2.") == 0) << words;
  if (!version) {
    EXPECT_THAT(version.error().detail, testing::HasSubstr("BIRD 3"));
  }
}

}  // namespace
}  // namespace peerlab::attack

#include "bird/version.h"

#include <gmock/gmock.h>

namespace peerlab::bird {
namespace {

using testing::HasSubstr;

TEST(BirdVersion, IsReadFromTheProgramAndFromTheDaemon) {
  for (const char* const words : {"BIRD version 2.0.12\n", "BIRD 2.0.12", "BIRD 2.0.12\nmore",
                                  "Warning: using insecure memory!\nBIRD version 2.0.12\n"}) {
    const auto version = supported_version(words);
    ASSERT_TRUE(version) << words;
    EXPECT_EQ(*version, "2.0.12");
  }
}

TEST(BirdVersion, OtherThanTwoIsRefusedByName) {
  struct Case {
    const char* words;
    const char* named;
  };
  for (const auto& [words, named] :
       {Case{"BIRD version 3.1.2\n", "BIRD 3.1.2 is not supported"},
        Case{"BIRD 3.0.0", "BIRD 3.0.0"}, Case{"BIRD version 1.6.8", "BIRD 1.6.8"},
        Case{"BIRD 20.1", "BIRD 20.1"}, Case{"quagga 2.0", "\"quagga 2.0\""}, Case{"", "\"\""},
        Case{"Warning: using insecure memory!\nBIRD version 3.1.2\n", "BIRD 3.1.2"}}) {
    const auto version = supported_version(words);
    ASSERT_FALSE(version) << words;
    EXPECT_EQ(version.error().kind, ErrorKind::Unprocessable);
    EXPECT_THAT(version.error().detail, HasSubstr(named));
  }
}

}  // namespace
}  // namespace peerlab::bird

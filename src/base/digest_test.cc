#include "base/digest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace peerlab {
namespace {

TEST(Sha256, GivesThePublishedAnswers) {  // FIPS 180-4 examples
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256_hex(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, SeesEveryByteNulIncluded) {
  EXPECT_NE(sha256_hex(std::string("a\0b", 3)), sha256_hex(std::string("a\0c", 3)));
}

TEST(ShortHash, IsTheSameForTheSameBytesAndHardlyEverForOthers) {
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 10'000; ++i) {
    const std::string text = std::to_string(i);
    EXPECT_EQ(short_hash(text), short_hash(std::string{text}));
    EXPECT_TRUE(seen.insert(short_hash(text)).second) << text;
  }
  EXPECT_NE(short_hash(std::string("a\0b", 3)), short_hash(std::string("a\0c", 3)));
}

TEST(PrivateHash, IsOneForOneTextAndAnotherForAnother) {
  std::set<std::array<std::uint8_t, 32>> seen;
  for (int i = 0; i < 10'000; ++i) {
    const std::string text = std::to_string(i);
    EXPECT_EQ(private_hash(text), private_hash(std::string{text}));
    EXPECT_TRUE(seen.insert(private_hash(text)).second) << text;
  }
  EXPECT_NE(private_hash("abc"), sha256("abc"));
}

TEST(RandomHex, HasTwoLowercaseDigitsAByteAndDoesNotRepeat) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string text = random_hex(16);
    ASSERT_THAT(text, testing::SizeIs(32));
    ASSERT_EQ(text.find_first_not_of("0123456789abcdef"), std::string::npos);
    ASSERT_TRUE(seen.insert(text).second);
  }
  EXPECT_EQ(random_hex(0), "");
}

}  // namespace
}  // namespace peerlab

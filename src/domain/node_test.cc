#include "domain/node.h"

#include <gmock/gmock.h>

#include <random>

#include "tests/support/random_text.h"

namespace peerlab {
namespace {

using std::chrono::seconds;

TEST(NodeId, IsA24BitNumberAboveZero) {
  for (const std::uint64_t number : {1ULL, 2ULL, 9999ULL, 16777215ULL}) {
    ASSERT_TRUE(NodeId::make(number)) << number;
    EXPECT_EQ(NodeId::make(number)->number(), number);
  }
  for (const std::uint64_t number :
       {0ULL, 16777216ULL, 4294967296ULL, 4294967297ULL, 18446744073709551615ULL}) {
    EXPECT_EQ(NodeId::make(number).error().kind, ErrorKind::OutOfRange) << number;
  }
}

TEST(NodeId, IsReadAsDecimalDigitsOnly) {
  EXPECT_EQ(*NodeId::parse("17"), *NodeId::make(17));
  for (const char* const text : {"", "-1", "+1", " 1", "1 ", "0x1", "1.0", "17a"}) {
    EXPECT_EQ(NodeId::parse(text).error().kind, ErrorKind::Malformed) << text;
  }
  std::mt19937_64 random{22};
  for (int round = 0; round < 5000; ++round) {
    const std::string text = testing_support::random_text(random, "0123456789-x ", 9);
    const auto id = NodeId::parse(text);
    if (id) {
      ASSERT_EQ(*NodeId::parse(std::to_string(id->number())), *id) << text;
    }
  }
}

TEST(Node, IsAuthorisedUntilItsExpiryAndNotAtIt) {
  const Instant expiry{seconds{1'795'000'000}};
  Node node{*NodeId::make(17), {}, {}, {}, expiry};
  EXPECT_TRUE(node.authorised(expiry - seconds{1}));
  EXPECT_FALSE(node.authorised(expiry));
  EXPECT_FALSE(node.authorised(expiry + seconds{1}));
  node.expiry.reset();
  EXPECT_TRUE(node.authorised(Instant::max()));
}

}  // namespace
}  // namespace peerlab

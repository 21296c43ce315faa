#include "domain/prefix48.h"

#include <gmock/gmock.h>

#include <random>

#include "tests/support/random_text.h"

namespace peerlab {
namespace {

using testing::HasSubstr;
using testing_support::mutated;

constexpr std::uint64_t kNetworks = std::uint64_t{1} << 48U;

TEST(Prefix48, PrintsAndReadsItselfBackByTextPrefixAndNumber) {
  std::mt19937_64 random{14};
  for (int round = 0; round < 20'000; ++round) {
    const Prefix48 prefix = Prefix48::from_network(random() % kNetworks);
    ASSERT_EQ(*Prefix48::parse(prefix.text()), prefix);
    ASSERT_EQ(*Prefix48::make(prefix.prefix()), prefix);
    ASSERT_EQ(Prefix48::from_network(prefix.network()), prefix);
  }
}

TEST(Prefix48, RefusesHostBitsInsteadOfRoundingDown) {
  const auto refused = Prefix48::parse("2a06:de00:5b:1000::/48");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Malformed);
  EXPECT_THAT(refused.error().detail,
              HasSubstr("did you mean 2a06:de00:5b::/48, or a wider pool?"));
}

TEST(Prefix48, RefusesEveryHostBit) {
  std::mt19937_64 random{15};
  for (unsigned bit = 48; bit < 128; ++bit) {
    const Prefix48 prefix = Prefix48::from_network(random() % kNetworks);
    Ipv6::Bytes bytes = prefix.first_address().bytes();
    bytes[bit / 8] = static_cast<std::uint8_t>(0x80U >> bit % 8);
    const std::string text = Ipv6::from_bytes(bytes).text() + "/48";
    const auto refused = Prefix48::parse(text);
    ASSERT_FALSE(refused) << text;
    ASSERT_THAT(refused.error().detail, HasSubstr("did you mean " + prefix.text() + ","));
  }
}

TEST(Prefix48, RefusesEveryOtherLength) {
  for (unsigned length = 0; length <= 128; ++length) {
    const Ipv6Prefix prefix = Ipv6Prefix::containing(*Ipv6::parse("3fff:100:1::"), length);
    EXPECT_EQ(Prefix48::make(prefix).has_value(), length == 48) << prefix.text();
    EXPECT_EQ(Prefix48::parse(prefix.text()).has_value(), length == 48) << prefix.text();
  }
}

TEST(Prefix48, WhateverTextParsesPrintsItselfCanonically) {
  std::mt19937_64 random{16};
  for (int round = 0; round < 20'000; ++round) {
    const std::string text = mutated(random, "3fff:100:1::/48");
    const auto prefix = Prefix48::parse(text);
    if (prefix) {
      ASSERT_EQ(*Prefix48::parse(prefix->text()), *prefix) << text;
    }
  }
}

TEST(Prefix48, HoldsItsHostsAndOrdersAsItsAddressesDo) {
  const Prefix48 prefix = *Prefix48::parse("3fff:100:1::/48");
  EXPECT_EQ(prefix.first_address().text(), "3fff:100:1::");
  EXPECT_EQ(prefix.host(0x1234).text(), "3fff:100:1::1234");
  EXPECT_TRUE(prefix.prefix().contains(prefix.host(0xffff)));
  EXPECT_EQ(Prefix48::first_of(*Ipv6Prefix::parse("3fff:100::/40")).text(), "3fff:100::/48");
  EXPECT_LT(prefix, *Prefix48::parse("3fff:100:10::/48"));
}

}  // namespace
}  // namespace peerlab

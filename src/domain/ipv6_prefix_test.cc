#include "domain/ipv6_prefix.h"

#include <gmock/gmock.h>

#include <random>

#include "tests/support/random_text.h"

namespace peerlab {
namespace {

using testing::HasSubstr;
using testing_support::mutated;
using testing_support::random_text;

bool bit(const Ipv6& address, unsigned number) {
  return (address.bytes()[number / 8] >> (7U - number % 8) & 1U) != 0;
}

Ipv6 with_bit_flipped(const Ipv6& address, unsigned number) {
  Ipv6::Bytes bytes = address.bytes();
  bytes[number / 8] = static_cast<std::uint8_t>(bytes[number / 8] ^ (0x80U >> number % 8));
  return Ipv6::from_bytes(bytes);
}

Ipv6 random_ipv6(std::mt19937_64& random) {
  Ipv6::Bytes bytes{};
  for (std::uint8_t& byte : bytes) {
    if (random() % 2 == 0) byte = static_cast<std::uint8_t>(random());
  }
  return Ipv6::from_bytes(bytes);
}

Ipv6Prefix random_prefix(std::mt19937_64& random) {
  return Ipv6Prefix::containing(random_ipv6(random), static_cast<unsigned>(random() % 129));
}

TEST(Ipv6Prefix, PrintsAndReadsItselfBack) {
  std::mt19937_64 random{9};
  for (int round = 0; round < 20'000; ++round) {
    const Ipv6Prefix prefix = random_prefix(random);
    ASSERT_EQ(*Ipv6Prefix::parse(prefix.text()), prefix) << prefix.text();
  }
}

TEST(Ipv6Prefix, RefusesHostBitsAlwaysAndNamesThePrefixMeant) {
  std::mt19937_64 random{10};
  for (int round = 0; round < 20'000; ++round) {
    const Ipv6Prefix prefix = random_prefix(random);
    if (prefix.length() == 128) continue;
    const auto host = static_cast<unsigned>(prefix.length() + random() % (128 - prefix.length()));
    const Ipv6 odd = with_bit_flipped(prefix.network(), host);
    const auto refused = Ipv6Prefix::parse(odd.text() + "/" + std::to_string(prefix.length()));
    ASSERT_FALSE(refused) << odd.text();
    ASSERT_THAT(refused.error().detail, HasSubstr("did you mean " + prefix.text() + "?"));
  }
}

TEST(Ipv6Prefix, CutsAnAddressOnlyWhereAskedByName) {
  std::mt19937_64 random{11};
  for (int round = 0; round < 5000; ++round) {
    const Ipv6 address = random_ipv6(random);
    const auto length = static_cast<unsigned>(random() % 129);
    const Ipv6Prefix prefix = Ipv6Prefix::containing(address, length);
    ASSERT_TRUE(prefix.contains(address));
    for (unsigned i = 0; i < 128; ++i) {
      ASSERT_EQ(bit(prefix.network(), i), i < length && bit(address, i)) << prefix.text();
    }
  }
}

TEST(Ipv6Prefix, ContainsWhatSharesItsBits) {
  std::mt19937_64 random{12};
  for (int round = 0; round < 20'000; ++round) {
    const Ipv6Prefix wide = random_prefix(random);
    const auto flipped = static_cast<unsigned>(random() % 128);
    const Ipv6 address = with_bit_flipped(wide.network(), flipped);
    ASSERT_EQ(wide.contains(address), flipped >= wide.length());
    const Ipv6Prefix other = Ipv6Prefix::containing(address, static_cast<unsigned>(random() % 129));
    const bool inside = other.length() >= wide.length() && wide.contains(other.network());
    ASSERT_EQ(wide.contains(other), inside) << wide.text() << " " << other.text();
    ASSERT_EQ(wide.overlaps(other), wide.contains(other) || other.contains(wide));
    ASSERT_EQ(wide.overlaps(other), other.overlaps(wide));
  }
}

TEST(Ipv6Prefix, RefusesTextThatIsNone) {
  for (const char* const text : {"",
                                 "/",
                                 "::",
                                 "::/",
                                 "/48",
                                 "::/129",
                                 "::/0048",
                                 "::/048",
                                 "::/00",
                                 "::/+8",
                                 "::/-1",
                                 "::/ 8",
                                 "::/8 ",
                                 " ::/8",
                                 "::/8/8",
                                 "::/8+",
                                 "::/8{8,8}",
                                 "2001:db8::",
                                 "1.2.3.0/24",
                                 "2a06::/48, ::/0+",
                                 "::/4294967344"}) {
    EXPECT_EQ(Ipv6Prefix::parse(text).error().kind, ErrorKind::Malformed) << text;
  }
}

TEST(Ipv6Prefix, WhateverTextParsesPrintsItselfCanonically) {
  std::mt19937_64 random{13};
  int parsed = 0;
  for (int round = 0; round < 30'000; ++round) {
    const std::string text = round % 2 == 0 ? random_text(random, "012af:/", 10)
                                            : mutated(random, random_prefix(random).text());
    const auto prefix = Ipv6Prefix::parse(text);
    if (!prefix) continue;
    ++parsed;
    ASSERT_EQ(*Ipv6Prefix::parse(prefix->text()), *prefix) << text;
    ASSERT_EQ(Ipv6Prefix::containing(prefix->network(), prefix->length()), *prefix) << text;
  }
  EXPECT_GT(parsed, 500);
}

}  // namespace
}  // namespace peerlab

#include "domain/address.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>

#include <random>

#include "tests/support/random_text.h"

namespace peerlab {
namespace {

using testing_support::mutated;
using testing_support::random_text;

// Groups are zero, short or full with equal chance, so that runs of zeros of all lengths come.
Ipv6 random_ipv6(std::mt19937_64& random) {
  Ipv6::Bytes bytes{};
  for (std::size_t group = 0; group < 8; ++group) {
    const std::uint64_t shape = random() % 3;
    if (shape == 0) continue;
    bytes[2 * group + 1] = static_cast<std::uint8_t>(random());
    if (shape == 2) bytes[2 * group] = static_cast<std::uint8_t>(random());
  }
  return Ipv6::from_bytes(bytes);
}

// The C library's spelling, which is that of RFC 5952 but for the dotted forms in ::/32.
std::string library_text(const Ipv6& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET6, address.bytes().data(), text.data(), text.size());
  return text.data();
}

TEST(Ipv6Address, PrintsAsTheCLibraryDoesAndReadsItselfBack) {
  std::mt19937_64 random{1};
  for (int round = 0; round < 100'000; ++round) {
    const Ipv6 address = random_ipv6(random);
    const std::string expected = library_text(address);
    if (expected.find('.') == std::string::npos) {
      ASSERT_EQ(address.text(), expected);
    }
    ASSERT_EQ(*Ipv6::parse(address.text()), address);
  }
}

TEST(Ipv6Address, PrintsTheExamplesOfRfc5952) {
  const std::vector<std::pair<const char*, const char*>> spellings{
      {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},    // 4.2.3: the first of two equal runs
      {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},          // 4.2.3: the longest run
      {"2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},  // 4.2.2: one group is no run
      {"2001:0DB8:0:0:0:0:0:AAAA", "2001:db8::aaaa"},   // 4.1, 4.3
      {"0:0:0:0:0:0:0:0", "::"},
      {"0:0:0:0:0:0:0:1", "::1"},
      {"1:0:0:0:0:0:0:0", "1::"}};
  for (const auto& [written, canonical] : spellings) {
    EXPECT_EQ(Ipv6::parse(written)->text(), canonical) << written;
  }
}

TEST(Ipv6Address, RefusesWhatIsNone) {
  for (const char* const text : {"", ":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
                                 "12345::", "g::", "fe80::1%eth0", "::ffff:192.0.2.1", "[::1]",
                                 " ::1", "::1 ", "::1/128", "192.0.2.1"}) {
    EXPECT_EQ(Ipv6::parse(text).error().kind, ErrorKind::Malformed) << text;
  }
  EXPECT_FALSE(Ipv6::parse(std::string_view{"::1\0", 4}));
}

TEST(Ipv6Address, WhateverTextParsesPrintsItselfCanonically) {
  std::mt19937_64 random{2};
  for (int round = 0; round < 30'000; ++round) {
    const std::string text = round % 2 == 0 ? random_text(random, "0123afAF:", 24)
                                            : mutated(random, random_ipv6(random).text());
    const auto address = Ipv6::parse(text);
    if (address) {
      ASSERT_EQ(*Ipv6::parse(address->text()), *address) << text;
    }
  }
}

TEST(Ipv6Address, IsInTheOverlayWithinTailscalesUlaOnly) {
  for (const char* const inside : {"fd7a:115c:a1e0::", "fd7a:115c:a1e0:ffff:ffff:ffff:ffff:ffff"}) {
    EXPECT_TRUE(Ipv6::parse(inside)->in_overlay()) << inside;
  }
  for (const char* const outside :
       {"fd7a:115c:a1df:ffff:ffff:ffff:ffff:ffff", "fd7a:115c:a1e1::", "fd7b:115c:a1e0::", "::"}) {
    EXPECT_FALSE(Ipv6::parse(outside)->in_overlay()) << outside;
  }
}

TEST(Ipv4Address, PrintsAndReadsItselfBack) {
  std::mt19937_64 random{3};
  for (int round = 0; round < 20'000; ++round) {
    const Ipv4 address = Ipv4::from_number(static_cast<std::uint32_t>(random()));
    ASSERT_EQ(*Ipv4::parse(address.text()), address);
  }
  EXPECT_EQ(Ipv4::from_number(0x64400001U).text(), "100.64.0.1");
}

TEST(Ipv4Address, RefusesWhatIsNone) {
  for (const char* const text :
       {"", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "1.2.3.0x4", "1.2.3.-4", "+1.2.3.4",
        "1.2.3.4 ", " 1.2.3.4", "1.2.3.4\n", "1..2.3", "100.64.0.1/32", "::1"}) {
    EXPECT_EQ(Ipv4::parse(text).error().kind, ErrorKind::Malformed) << text;
  }
  EXPECT_FALSE(Ipv4::parse(std::string_view{"1.2.3.4\0", 8}));
}

TEST(Ipv4Address, WhateverTextParsesIsTheCanonicalSpelling) {
  std::mt19937_64 random{4};
  for (int round = 0; round < 30'000; ++round) {
    const std::string text = round % 2 == 0
                                 ? random_text(random, "0129.", 11)
                                 : mutated(random, Ipv4::from_number(0x64400001U).text());
    const auto address = Ipv4::parse(text);
    if (address) {
      ASSERT_EQ(address->text(), text);
    }
  }
}

TEST(Ipv4Address, IsInTheOverlayWithinTheSharedAddressSpaceOnly) {
  for (const char* const inside : {"100.64.0.0", "100.100.100.100", "100.127.255.255"}) {
    EXPECT_TRUE(Ipv4::parse(inside)->in_overlay()) << inside;
  }
  for (const char* const outside : {"100.63.255.255", "100.128.0.0", "10.0.0.1", "0.0.0.0"}) {
    EXPECT_FALSE(Ipv4::parse(outside)->in_overlay()) << outside;
  }
}

TEST(Addresses, CompareAsNumbersInNetworkOrder) {
  EXPECT_LT(*Ipv4::parse("9.0.0.0"), *Ipv4::parse("10.0.0.0"));
  EXPECT_LT(*Ipv6::parse("9::"), *Ipv6::parse("10::"));
}

}  // namespace
}  // namespace peerlab

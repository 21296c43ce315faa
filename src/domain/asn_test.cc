#include "domain/asn.h"

#include <gmock/gmock.h>

#include <limits>
#include <random>

#include "tests/support/random_text.h"

namespace peerlab {
namespace {

using testing_support::mutated;
using testing_support::random_text;

constexpr std::uint32_t kHighest = std::numeric_limits<std::uint32_t>::max();

TEST(AsnNumber, IsAnyButTheFourReserved) {
  for (const std::uint32_t reserved : {0U, 23456U, 65535U, kHighest}) {
    EXPECT_EQ(Asn::make(reserved).error().kind, ErrorKind::OutOfRange) << reserved;
    EXPECT_FALSE(Asn::is_usable(reserved));
    for (const std::uint32_t neighbour : {reserved - 1, reserved + 1}) {
      if (neighbour != 0 && neighbour != kHighest) {
        EXPECT_TRUE(Asn::make(neighbour)) << neighbour;
      }
    }
  }
}

TEST(AsnNumber, PrintsAndReadsItselfBackWithAndWithoutAs) {
  std::mt19937_64 random{5};
  for (int round = 0; round < 10'000; ++round) {
    const auto asn = Asn::make(static_cast<std::uint32_t>(random() >> (32 + random() % 32)));
    if (!asn) continue;
    for (const char* const lead : {"", "AS", "as", "aS"}) {
      ASSERT_EQ(*Asn::parse(lead + asn->text()), *asn);
    }
  }
}

TEST(AsnNumber, RefusesTextThatIsNone) {
  for (const char* const text : {"", "AS", "A65000", "AS-1", "-1", "+65000", "65000 ", " 65000",
                                 "1.10", "0x10", "4294967296", "99999999999999999999", "ASAS1"}) {
    EXPECT_EQ(Asn::parse(text).error().kind, ErrorKind::Malformed) << text;
  }
  EXPECT_EQ(Asn::parse("AS23456").error().kind, ErrorKind::OutOfRange);
}

TEST(AsnNumber, WhateverTextParsesIsUsableAndPrintsItself) {
  std::mt19937_64 random{6};
  for (int round = 0; round < 20'000; ++round) {
    const std::string text =
        round % 2 == 0 ? random_text(random, "0123456789As", 11) : mutated(random, "AS65000");
    const auto asn = Asn::parse(text);
    if (!asn) continue;
    ASSERT_TRUE(Asn::is_usable(asn->number())) << text;
    ASSERT_EQ(*Asn::parse(asn->text()), *asn) << text;
  }
}

// --- ranges --------------------------------------------------------------------------------------

struct Counts {
  std::uint32_t usable = 0;
  std::uint64_t outside_private_use = 0;
};

Counts counted_one_by_one(std::uint32_t first, std::uint32_t last) {
  Counts counts;
  for (std::uint64_t number = first; number <= last; ++number) {
    const bool private_use = (64512 <= number && number <= 65534) ||
                             (4'200'000'000 <= number && number <= 4'294'967'294);
    if (!private_use) ++counts.outside_private_use;
    if (number == 0 || number == 23456 || number == 65535 || number == kHighest) continue;
    ++counts.usable;
  }
  return counts;
}

TEST(AsnRange, CountsAsOneCountsOnOnesFingers) {
  constexpr std::array kEdges{0ULL,     23456ULL,      64512ULL,      65535ULL,
                              65999ULL, 4199999999ULL, 4200000000ULL, 4294967295ULL};
  std::mt19937_64 random{7};
  for (int round = 0; round < 3000; ++round) {
    const std::uint64_t near = kEdges[random() % kEdges.size()] + random() % 600;
    const auto first =
        static_cast<std::uint32_t>(near < 300 ? 0 : std::min<std::uint64_t>(near - 300, kHighest));
    const auto last =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(first + random() % 1500, kHighest));
    const Counts expected = counted_one_by_one(first, last);
    const auto range = AsnRange::make(first, last);
    ASSERT_EQ(range.has_value(), expected.usable > 0) << first << "-" << last;
    if (!range) continue;
    ASSERT_EQ(range->usable_count(), expected.usable) << range->text();
    ASSERT_EQ(range->outside_private_use(), expected.outside_private_use) << range->text();
  }
}

TEST(AsnRange, OfAllNumbersCountsWithoutOverflow) {
  const AsnRange all = *AsnRange::make(0, kHighest);
  EXPECT_EQ(all.usable_count(), 4'294'967'292U);
  EXPECT_EQ(all.outside_private_use(), 4'294'967'296U - 1023U - 94'967'295U);
}

TEST(AsnRange, DescribesItselfAsTheStartLogSays) {
  EXPECT_EQ(AsnRange::standard().description(),
            "999 usable (65535 is reserved), 465 outside private use; never seen outside the "
            "platform");
  EXPECT_EQ(AsnRange::make(64512, 65534)->description(), "1023 usable");
  EXPECT_EQ(AsnRange::make(65534, 65535)->description(),
            "1 usable (65535 is reserved), 1 outside private use; never seen outside the platform");
  EXPECT_EQ(AsnRange::make(23455, 65535)->description(),
            "42079 usable (23456, 65535 are reserved), 41058 outside private use; never seen "
            "outside the platform");
}

TEST(AsnRange, ContainsExactlyWhatLiesBetweenItsEnds) {
  const AsnRange range = *AsnRange::make(65000, 65002);
  for (std::uint32_t number = 64998; number < 65005; ++number) {
    EXPECT_EQ(range.contains(*Asn::make(number)), 65000 <= number && number <= 65002) << number;
  }
}

TEST(AsnRange, PrintsAndReadsItselfBack) {
  std::mt19937_64 random{8};
  for (int round = 0; round < 5000; ++round) {
    const auto one = static_cast<std::uint32_t>(random()),
               two = static_cast<std::uint32_t>(random());
    const auto range = AsnRange::make(std::min(one, two), std::max(one, two));
    if (range) {
      ASSERT_EQ(*AsnRange::parse(range->text()), *range);
    }
  }
  EXPECT_EQ(AsnRange::parse("65000-65999"), AsnRange::standard());
}

TEST(AsnRange, RefusesWhatIsNone) {
  for (const char* const text :
       {"", "-", "65000", "65000-", "-65999", "65000-65999-", "a-b", "65000..65999", "1--2"}) {
    EXPECT_EQ(AsnRange::parse(text).error().kind, ErrorKind::Malformed) << text;
  }
  for (const char* const text : {"2-1", "0-0", "23456-23456", "65535-65535"}) {
    EXPECT_EQ(AsnRange::parse(text).error().kind, ErrorKind::OutOfRange) << text;
  }
}

}  // namespace
}  // namespace peerlab

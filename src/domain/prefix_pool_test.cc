#include "domain/prefix_pool.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "tests/support/random_text.h"

namespace peerlab {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using testing_support::mutated;

Ipv6Prefix block(const char* text) { return *Ipv6Prefix::parse(text); }

Ipv6Prefix random_block(std::mt19937_64& random) {
  Ipv6::Bytes bytes{0x3f, 0xff};
  for (std::size_t i = 2; i < 6; ++i) bytes[i] = static_cast<std::uint8_t>(random() % 4 << 6U);
  return Ipv6Prefix::containing(Ipv6::from_bytes(bytes), static_cast<unsigned>(16 + random() % 33));
}

std::vector<Ipv6Prefix> random_blocks(std::mt19937_64& random) {
  std::vector<Ipv6Prefix> blocks;
  for (std::uint64_t left = 1 + random() % 4; left > 0; --left) {
    blocks.push_back(random_block(random));
  }
  return blocks;
}

bool disjoint(const std::vector<Ipv6Prefix>& blocks) {
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (blocks[i].overlaps(blocks[j])) return false;
    }
  }
  return true;
}

TEST(PrefixPool, ExistsExactlyWhereItsBlocksAreDisjointAndSortsThem) {
  std::mt19937_64 random{17};
  int made = 0;
  for (int round = 0; round < 5000; ++round) {
    const std::vector<Ipv6Prefix> blocks = random_blocks(random);
    const auto pool = PrefixPool::make(blocks);
    ASSERT_EQ(pool.has_value(), disjoint(blocks));
    if (!pool) continue;
    ++made;
    ASSERT_TRUE(std::ranges::is_sorted(pool->blocks()));
    ASSERT_TRUE(std::ranges::is_permutation(pool->blocks(), blocks));
  }
  EXPECT_GT(made, 500);
}

TEST(PrefixPool, AtAndIndexOfAreInverseOverTheWholePool) {
  std::mt19937_64 random{18};
  for (int round = 0; round < 2000; ++round) {
    const auto pool = PrefixPool::make(random_blocks(random));
    if (!pool) continue;
    for (const std::uint64_t index :
         {std::uint64_t{0}, pool->size() - 1, random() % pool->size()}) {
      const Prefix48 prefix = pool->at(index);
      ASSERT_EQ(pool->index_of(prefix), index) << prefix.text();
      ASSERT_TRUE(pool->contains(prefix) && pool->overlaps(prefix.prefix()));
    }
    const Prefix48 somewhere =
        *Prefix48::make(Ipv6Prefix::containing(random_block(random).network(), 48));
    const auto holds = [&](const Ipv6Prefix& one) { return one.contains(somewhere.prefix()); };
    const bool inside = std::ranges::any_of(pool->blocks(), holds);
    ASSERT_EQ(pool->contains(somewhere), inside) << somewhere.text();
    if (inside) {
      ASSERT_EQ(pool->at(*pool->index_of(somewhere)), somewhere);
    }
  }
}

TEST(PrefixPool, GoesThroughItsBlocksInAddressOrder) {
  const PrefixPool pool = *PrefixPool::make({block("3fff:200::/47"), block("3fff:100:1::/48")});
  ASSERT_EQ(pool.size(), 3U);
  EXPECT_EQ(pool.at(0).text(), "3fff:100:1::/48");
  EXPECT_EQ(pool.at(1).text(), "3fff:200::/48");
  EXPECT_EQ(pool.at(2).text(), "3fff:200:1::/48");
  EXPECT_EQ(pool.index_of(*Prefix48::parse("3fff:200:2::/48")), std::nullopt);
}

TEST(PrefixPool, OverlapsWiderAndNarrowerPrefixes) {
  const PrefixPool pool = *PrefixPool::make({block("3fff:100::/40")});
  for (const char* const text : {"::/0", "3fff:100::/40", "3fff:100:ff::/48", "3fff:100::1/128"}) {
    EXPECT_TRUE(pool.overlaps(block(text))) << text;
  }
  EXPECT_FALSE(pool.overlaps(block("3fff:200::/40")));
}

TEST(PrefixPool, TakesBlocksOfLength16To48) {
  for (unsigned length = 0; length <= 128; ++length) {
    const auto one = Ipv6Prefix::containing(*Ipv6::parse("3fff::"), length);
    const bool fits = 16 <= length && length <= 48;
    EXPECT_EQ(PrefixPool::make({one}).has_value(), fits) << one.text();
    EXPECT_EQ(PrefixPool::parse_file(one.text()).has_value(), fits) << one.text();
  }
}

TEST(PrefixPoolFile, HoldsOneBlockALineWithCommentsAndBlankLines) {
  const auto pool = PrefixPool::parse_file(
      "# ours\r\n\n  3fff:200::/40  # the second\r\n3fff:100::/48\n\t\n#3fff:300::/48");
  ASSERT_TRUE(pool) << pool.error().detail;
  EXPECT_EQ(pool->blocks(), (std::vector{block("3fff:100::/48"), block("3fff:200::/40")}));
}

TEST(PrefixPoolFile, NamesTheLineThatIsWrong) {
  const std::vector<std::pair<const char*, const char*>> files{
      {"\n3fff:100::/40\nnonsense\n", "line 3: 'nonsense' is no IPv6 prefix"},
      {"2a06:de00:5b:1000::/48",
       "line 1: 2a06:de00:5b:1000::/48 has host bits set: did you mean "
       "2a06:de00:5b::/48, or a wider pool?"},
      {"3fff:100:1::/40", "line 1: 3fff:100:1::/40 has host bits set: did you mean 3fff:100::/40?"},
      {"# x\n3fff:100::/64\n", "line 2: 3fff:100::/64 is no pool block"},
      {"2000::/3\n2000::/3\n", "line 1: 2000::/3 is no pool block"},
      {"3fff:100::/40\n\n3fff:100:1::/48\n", "line 3: 3fff:100:1::/48 overlaps 3fff:100::/40"}};
  for (const auto& [text, complaint] : files) {
    const auto pool = PrefixPool::parse_file(text);
    ASSERT_FALSE(pool) << text;
    EXPECT_THAT(pool.error().detail, StartsWith(complaint));
  }
  for (const char* const empty : {"", "\n\n", "# nothing\n"}) {
    EXPECT_THAT(PrefixPool::parse_file(empty).error().detail, HasSubstr("pool is empty"));
  }
}

// Read as anybody would by hand: each line against each before it.
TEST(PrefixPoolFile, NamesTheFirstLineAndBlockThatOverlapAsALookAtAllPairsDoes) {
  std::mt19937_64 random{20};
  int conflicts = 0;
  for (int round = 0; round < 5000; ++round) {
    std::vector<Ipv6Prefix> blocks;
    for (std::uint64_t left = 1 + random() % 12; left > 0; --left) {
      blocks.push_back(random_block(random));
    }
    std::string text, complaint;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      text += blocks[i].text() + "\n";
      for (std::size_t j = 0; j < i && complaint.empty(); ++j) {
        if (!blocks[j].overlaps(blocks[i])) continue;
        complaint = "line " + std::to_string(i + 1) + ": " + blocks[i].text() + " overlaps " +
                    blocks[j].text() + " of an earlier line";
      }
    }
    const auto pool = PrefixPool::parse_file(text);
    ASSERT_EQ(pool ? "" : pool.error().detail, complaint) << text;
    conflicts += complaint.empty() ? 0 : 1;
  }
  EXPECT_GT(conflicts, 500);
  EXPECT_LT(conflicts, 4900);
}

TEST(PrefixPoolFile, HoldsAHundredThousandBlocks) {
  std::string text;
  for (unsigned high = 0; high < 4; ++high) {
    for (unsigned low = 0; low < 25'000; ++low)
      text += fmt::format("3fff:{:x}:{:x}::/48\n", high, low);
  }
  ASSERT_EQ(PrefixPool::parse_file(text)->size(), 100'000U);
}

TEST(PrefixPoolFile, NeverFailsOtherwiseThanByValueOnMutatedText) {
  std::mt19937_64 random{19};
  for (int round = 0; round < 10'000; ++round) {
    const std::string text = mutated(random, "# ours\n3fff:100::/40\n3fff:200:1::/48\n");
    const auto pool = PrefixPool::parse_file(text);
    if (pool) {
      ASSERT_EQ(*PrefixPool::make(pool->blocks()), *pool);
    }
  }
}

}  // namespace
}  // namespace peerlab

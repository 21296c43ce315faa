#include "lab/world_table.h"

#include <gmock/gmock.h>

#include <random>

namespace peerlab::lab {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Ipv6 address(std::string_view text) { return *Ipv6::parse(text); }

// The first and the last address of the /48s numbered [begin, end) below 2a00::/16.
std::pair<Ipv6, Ipv6> range_of(std::uint32_t begin, std::uint32_t end) {
  const auto with = [](std::uint32_t number, std::uint8_t rest) {
    Ipv6::Bytes bytes{};
    bytes.fill(rest);
    bytes[0] = 0x2a;
    bytes[1] = 0x00;
    for (std::size_t i = 0; i < 4; ++i) {
      bytes[2 + i] = static_cast<std::uint8_t>(number >> (24 - 8 * i));
    }
    return Ipv6::from_bytes(bytes);
  };
  return {with(begin, 0), with(end - 1, 0xFF)};
}

std::vector<std::string> texts(const std::vector<Ipv6Prefix>& prefixes) {
  std::vector<std::string> result;
  for (const Ipv6Prefix& prefix : prefixes) result.push_back(prefix.text());
  return result;
}

TEST(CoveringPrefixes, OfOnePrefixAreThatPrefix) {
  EXPECT_THAT(texts(covering_prefixes(address("2a00:1234::"),
                                      address("2a00:1234:ffff:ffff:ffff:ffff:ffff:ffff"))),
              ElementsAre("2a00:1234::/32"));
}

TEST(CoveringPrefixes, LeaveOutWhatOnlyALongerPrefixWouldCover) {
  EXPECT_THAT(
      texts(covering_prefixes(address("2a00:1:2:3::"), address("2a00:1:2:3:ffff:ffff:ffff:ffff"))),
      IsEmpty());
}

TEST(CoveringPrefixes, CoverAllOfTheRangeAndNothingElseWithoutOverlap) {
  std::mt19937 random{7};  // NOLINT(bugprone-random-generator-seed): the same ranges in every run
  for (int round = 0; round < 500; ++round) {
    const auto begin = static_cast<std::uint32_t>(random() % 100'000);
    const auto end = static_cast<std::uint32_t>(begin + 1 + random() % 5'000);
    const auto [first, last] = range_of(begin, end);
    std::uint64_t covered = 0;
    const std::vector<Ipv6Prefix> prefixes = covering_prefixes(first, last);
    for (std::size_t i = 0; i < prefixes.size(); ++i) {
      ASSERT_LE(prefixes[i].length(), 48U);
      covered += std::uint64_t{1} << (48 - prefixes[i].length());
      if (i > 0) {
        ASSERT_LT(prefixes[i - 1].network(), prefixes[i].network());
        ASSERT_FALSE(prefixes[i - 1].overlaps(prefixes[i]));
      }
    }
    ASSERT_EQ(covered, end - begin);
    ASSERT_TRUE(prefixes.front().contains(first));
    ASSERT_TRUE(prefixes.back().contains(last));
  }
}

TEST(RoutesOfCsv, KeepTheTrueOrigin) {
  const std::vector<OriginRoute> routes = routes_of_csv(
      "2a00:1234::,2a00:1234:ffff:ffff:ffff:ffff:ffff:ffff,559,\"Switch, an academic network\"\n");
  ASSERT_EQ(routes.size(), 1U);
  EXPECT_EQ(routes[0].prefix.text(), "2a00:1234::/32");
  EXPECT_EQ(routes[0].origin.number(), 559U);
  EXPECT_EQ(render_table(routes), "route 2a00:1234::/32 unreachable {bgp_path.prepend(559);};\n");
}

TEST(RoutesOfCsv, LeaveOutWhatNoUpstreamWouldSend) {
  for (const char* line :
       {"2001:db8::,2001:db8:ffff:ffff:ffff:ffff:ffff:ffff,559,documentation",
        "3fff:100::,3fff:1ff:ffff:ffff:ffff:ffff:ffff:ffff,559,the lab's own pool",
        "fd00::,fd00:ffff:ffff:ffff:ffff:ffff:ffff:ffff,559,unique local",
        "2a00:1234::,2a00:1234:ffff:ffff:ffff:ffff:ffff:ffff,64512,private use",
        "2a00:1234::,2a00:1234:ffff:ffff:ffff:ffff:ffff:ffff,0,nobody",
        "2400::,27ff:ffff:ffff:ffff:ffff:ffff:ffff:ffff,559,shorter than /12", "nonsense", ""}) {
    EXPECT_THAT(routes_of_csv(line), IsEmpty()) << line;
  }
}

TEST(Sample, IsSpreadEvenlyAndNeverMoreThanAsked) {
  std::vector<OriginRoute> routes;
  for (unsigned i = 0; i < 1000; ++i) {
    const auto [first, last] = range_of(i, i + 1);
    routes.push_back({Ipv6Prefix::containing(first, 48), *Asn::make(559 + i)});
  }
  const std::vector<OriginRoute> chosen = sample(routes, 10);
  ASSERT_EQ(chosen.size(), 10U);
  for (unsigned i = 0; i < 10; ++i) EXPECT_EQ(chosen[i].origin.number(), 559 + 100 * i);
  EXPECT_EQ(sample(routes, 5000).size(), 1000U);
}

}  // namespace
}  // namespace peerlab::lab

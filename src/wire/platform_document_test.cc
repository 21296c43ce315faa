#include "wire/platform_document.h"

#include <gmock/gmock.h>

#include <random>

namespace peerlab::wire {
namespace {

Platform lab() {
  Platform platform{"PeerLab",
                    *Asn::make(64500),
                    {*Ipv6Prefix::parse("3fff:100::/40")},
                    "http://127.0.0.1:9000",
                    "https://peerlab",
                    "cli",
                    "portal",
                    "https://overlay.example",
                    {},
                    {{"64500:0:1", "not to upstreams"}}};
  platform.sites.push_back(
      {"ixpfra01", 1, *Ipv4::parse("100.64.0.1"), *Ipv6::parse("fd7a:115c:a1e0::1"), "http://lg"});
  return platform;
}

TEST(PlatformDocument, ComesBackAsItWasWritten) {
  const auto read = parse_platform(encode(lab()));
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(*read, lab());
}

TEST(PlatformDocument, TellsByWhichCommunityAPrefixIsKeptFromWhom) {
  const auto communities = communities_of(*Asn::make(64500));
  ASSERT_EQ(communities.size(), 3U);
  EXPECT_EQ(communities.at("64500:0:1"), "do not announce it to upstreams");
  EXPECT_EQ(communities.at("64500:0:3"), "do not announce it to other members");
}

TEST(PlatformDocument, NeedsAnAsnAndReadableSites) {
  EXPECT_FALSE(parse_platform("{}"));
  EXPECT_FALSE(parse_platform(R"({"asn":64500,"sites":[{"name":"x"}]})"));
  EXPECT_FALSE(parse_platform(R"({"asn":64500,"pool":["3fff:100::1/40"]})"));
  EXPECT_FALSE(parse_platform(R"({"asn":64500,"pool":{}})"));
  EXPECT_TRUE(parse_platform(R"({"asn":64500})"));
}

TEST(PlatformDocument, NeverFailsOtherwiseThanByValueOnMutatedText) {
  std::mt19937 random{5};
  for (int round = 0; round < 5000; ++round) {
    std::string text = encode(lab());
    for (int left = 0; left < 2; ++left) text[random() % text.size()] = static_cast<char>(random());
    (void)parse_platform(text);
  }
}

}  // namespace
}  // namespace peerlab::wire

#include "client/member_facts.h"

#include <gmock/gmock.h>

#include "base/file.h"
#include "tests/support/loopback_server.h"
#include "tests/support/temporary_folder.h"

namespace peerlab::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing_support::http_answer;
using testing_support::LoopbackServer;
using testing_support::TemporaryFolder;

constexpr const char* kPlatform =
    R"({"asn":64500,"sites":[{"name":"ams01","node_id":1,"overlay_ipv4":"100.64.0.1","overlay_ipv6":"fd7a:115c:a1e0::1"}]})";

TEST(PrefixList, OfNothingIsReceiveOnly) {
  for (const char* const text : {"", " ", "\n"}) {
    EXPECT_THAT(*parse_prefix_list(text), IsEmpty()) << text;
  }
}

TEST(PrefixList, IsCommaSeparatedWithBlanksAndEachOnce) {
  EXPECT_THAT(
      *parse_prefix_list("2001:db8:1::/48, 2001:DB8:2::/48,2001:db8:1:0::/48"),
      ElementsAre(*Prefix48::parse("2001:db8:1::/48"), *Prefix48::parse("2001:db8:2::/48")));
}

TEST(PrefixList, NamesTheElementThatIsNoLease) {
  for (const char* const wrong : {"2001:db8::/47", "192.0.2.0/24", "2001:db8:1:1::/48", "x"}) {
    const auto list = parse_prefix_list(std::string{"2001:db8:1::/48,"} + wrong);
    ASSERT_FALSE(list) << wrong;
    EXPECT_THAT(list.error().detail, HasSubstr(wrong));
  }
  EXPECT_FALSE(parse_prefix_list("2001:db8:1::/48,"));
  EXPECT_FALSE(parse_prefix_list("2001:db8:1::/48;2001:db8:2::/48"));
}

TEST(OverlayAddresses, AreTakenAsGivenInsideTheOverlayOnly) {
  const auto own = overlay_addresses("100.64.0.9", "fd7a:115c:a1e0::9");
  ASSERT_TRUE(own) << own.error().detail;
  EXPECT_EQ(own->ipv4.text(), "100.64.0.9");
  EXPECT_EQ(own->ipv6.text(), "fd7a:115c:a1e0::9");
  for (const char* const ipv4 : {"192.0.2.1", "100.64.0", "fd7a:115c:a1e0::9"}) {
    const auto wrong = overlay_addresses(ipv4, "fd7a:115c:a1e0::9");
    ASSERT_FALSE(wrong) << ipv4;
    EXPECT_EQ(wrong.error().kind, ErrorKind::OutOfRange);
    EXPECT_THAT(wrong.error().detail, HasSubstr("--overlay-ipv4: "));
  }
  EXPECT_THAT(overlay_addresses("100.64.0.9", "2001:db8::1").error().detail,
              HasSubstr("--overlay-ipv6: 2001:db8::1 is not inside fd7a:115c:a1e0::/48"));
}

TEST(PlatformFacts, AreAskedForOnceBehindTheUrlWithOrWithoutItsSlash) {
  for (const char* const end : {"", "/"}) {
    LoopbackServer platform;
    platform.answer(http_answer("200 OK", kPlatform));
    const auto facts = platform_facts(platform.url(end), {});
    ASSERT_TRUE(facts) << facts.error().detail;
    EXPECT_THAT(facts->sites, SizeIs(1));
    ASSERT_THAT(platform.requests(), SizeIs(1));
    EXPECT_THAT(platform.requests()[0], HasSubstr("GET /api/platform HTTP/1.1\r\n"));
  }
}

TEST(PlatformFacts, ComeFromTheFileWhereOneIsNamed) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_file(folder / "platform.json", kPlatform));
  EXPECT_TRUE(platform_facts("", folder / "platform.json"));
  EXPECT_FALSE(platform_facts("", folder / "none.json"));
}

TEST(PlatformFacts, SayWhoseFaultItIs) {
  for (const char* const url : {"", "ftp://x", "platform.example", "http://["}) {
    EXPECT_EQ(platform_facts(url, {}).error().kind, ErrorKind::OutOfRange) << url;
  }
  LoopbackServer platform;
  platform.answer(http_answer("404 Not Found", ""));
  EXPECT_EQ(platform_facts(platform.url(""), {}).error().kind, ErrorKind::Unavailable);
  for (const char* const body : {"<html>", "{}", R"({"asn":0})", R"({"asn":64500,"sites":[7]})"}) {
    platform.answer(http_answer("200 OK", body));
    const auto facts = platform_facts(platform.url(""), {});
    ASSERT_FALSE(facts) << body;
    EXPECT_EQ(facts.error().kind, ErrorKind::Unprocessable) << body;
  }
  platform.stop();
  EXPECT_EQ(platform_facts(platform.url(""), {}).error().kind, ErrorKind::Unavailable);
}

TEST(ClientSites, RefuseANameThatIsNoWordOfBirds) {
  wire::Platform platform = *wire::parse_platform(kPlatform);
  EXPECT_THAT(*client_sites(platform), SizeIs(1));
  for (const char* const name : {"", "ams 01", "ams01 { }", "peerlab_x", "ams01\nprotocol"}) {
    platform.sites[0].name = name;
    EXPECT_EQ(client_sites(platform).error().kind, ErrorKind::Unprocessable) << name;
  }
}

TEST(ClientSites, RefuseTwoOfOneNameAndNameBoth) {
  wire::Platform platform = *wire::parse_platform(kPlatform);
  wire::PlatformSite twin = platform.sites[0];
  twin.overlay_ipv4 = *Ipv4::parse("100.64.0.77");
  platform.sites.push_back(twin);
  const auto sites = client_sites(platform);
  ASSERT_FALSE(sites);
  EXPECT_EQ(sites.error().kind, ErrorKind::Unprocessable);
  EXPECT_THAT(sites.error().detail,
              HasSubstr("sites 1 and 2 are both named " + twin.name + " (" +
                        platform.sites[0].overlay_ipv4.text() + " and 100.64.0.77)"));
}

TEST(ClientSites, SayWhereThereAreNone) {
  wire::Platform platform = *wire::parse_platform(kPlatform);
  platform.sites.clear();
  EXPECT_THAT(client_sites(platform).error().detail, HasSubstr("no IXP server yet"));
}

}  // namespace
}  // namespace peerlab::client

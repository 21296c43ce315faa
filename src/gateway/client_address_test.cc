#include "gateway/client_address.h"

#include <gmock/gmock.h>

#include "tests/support/gateway/test_gateway.h"

namespace peerlab::gateway {
namespace {

using testing_support::request;

TrustedProxies proxies(std::initializer_list<const char*> blocks,
                       ProxyField field = ProxyField::XForwardedFor) {
  TrustedProxies trusted;
  trusted.field = field;
  for (const char* const block : blocks) {
    trusted.blocks.push_back(parse_address_block(block).value());
  }
  return trusted;
}

std::string client_of(const char* peer, const http::Headers& headers,
                      const TrustedProxies& trusted) {
  http::Request asked = request(http::Method::Get, "/");
  asked.remote_address = peer;
  asked.headers = headers;
  return client_address(asked, trusted).text();
}

std::string v4(const char* text) { return parse_address_block(text)->network().text(); }

TEST(ClientAddress, IsThePeerWhateverAStrangerWrites) {
  const http::Headers lies{{"X-Forwarded-For", "192.0.2.7"}, {"Forwarded", "for=192.0.2.7"}};
  EXPECT_EQ(client_of("198.51.100.1", lies, proxies({})), v4("198.51.100.1"));
  EXPECT_EQ(client_of("198.51.100.1", lies, proxies({"127.0.0.1"})), v4("198.51.100.1"));
  EXPECT_EQ(client_of("2001:db8::1", lies, proxies({"127.0.0.1"})), "2001:db8::1");
}

TEST(ClientAddress, IsTheLastThatNoTrustedProxyHas) {
  const TrustedProxies trusted = proxies({"127.0.0.1", "10.0.0.0/8", "fd00::/8"});
  const auto through = [&](const char* field) {
    return client_of("127.0.0.1", {{"x-forwarded-for", field}}, trusted);
  };
  EXPECT_EQ(through("192.0.2.7"), v4("192.0.2.7"));
  EXPECT_EQ(through("1.1.1.1, 192.0.2.7 ,10.1.2.3"), v4("192.0.2.7"));
  EXPECT_EQ(through("2001:db8::7, fd00::5"), "2001:db8::7");
  EXPECT_EQ(through("192.0.2.7:4711"), v4("192.0.2.7"));
  EXPECT_EQ(through("[2001:db8::7]:4711"), "2001:db8::7");
  EXPECT_EQ(through("10.0.0.1, 10.0.0.2"), v4("10.0.0.1")) << "all are proxies: the first";
  EXPECT_EQ(through("192.0.2.7, unknown"), v4("127.0.0.1")) << "no guess behind what is unreadable";
  EXPECT_EQ(through(""), v4("127.0.0.1"));
  EXPECT_EQ(client_of("127.0.0.1", {}, trusted), v4("127.0.0.1"));
  EXPECT_EQ(client_of("127.0.0.1",
                      {{"X-Forwarded-For", "1.1.1.1"}, {"X-Forwarded-For", "192.0.2.7"}}, trusted),
            v4("192.0.2.7"));
}

TEST(ClientAddress, IsReadFromTheOneFieldThatTheProxyWrites) {
  const http::Headers both{{"X-Forwarded-For", "192.0.2.1"},
                           {"Forwarded", "for=9.9.9.9, For=\"[2001:db8::7]:80\";proto=https"}};
  EXPECT_EQ(client_of("127.0.0.1", both, proxies({"127.0.0.1"})), v4("192.0.2.1"));
  EXPECT_EQ(client_of("127.0.0.1", both, proxies({"127.0.0.1"}, ProxyField::Forwarded)),
            "2001:db8::7");
  EXPECT_EQ(client_of("127.0.0.1", {{"Forwarded", "by=1.2.3.4"}},
                      proxies({"127.0.0.1"}, ProxyField::Forwarded)),
            v4("127.0.0.1"));
}

TEST(AddressBlock, IsOneAddressOrABlockWithoutHostBits) {
  for (const char* const sound : {"127.0.0.1", "::1", "10.0.0.0/8", "0.0.0.0/0", "fd00::/8"}) {
    EXPECT_TRUE(parse_address_block(sound)) << sound;
  }
  for (const char* const wrong : {"", "x", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "fd00::1/8",
                                  "fd00::/129", "10.0.0/8", "localhost"}) {
    EXPECT_FALSE(parse_address_block(wrong)) << wrong;
  }
}

TEST(AddressOwner, IsAnIpv4AddressAndAnIpv6Slash64) {
  const auto owner = [](const char* text) {
    return address_owner(parse_address_block(text)->network());
  };
  EXPECT_NE(owner("192.0.2.1"), owner("192.0.2.2"));
  EXPECT_EQ(owner("2001:db8::1"), owner("2001:db8::ffff:1"));
  EXPECT_NE(owner("2001:db8::1"), owner("2001:db8:0:1::1"));
}

}  // namespace
}  // namespace peerlab::gateway

#include "policy/site.h"

#include <gmock/gmock.h>

#include <functional>
#include <random>

#include "tests/support/facts/facts.h"
#include "tests/support/random_text.h"

namespace peerlab::policy {
namespace {

using testing::HasSubstr;
using testing_support::small_site;

WorldNeighbour transit() {
  return {*Label::parse("transit"), *Asn::make(64496), *Ipv6::parse("2001:db8:ff::2"),
          *Ipv6::parse("2001:db8:ff::1"), std::nullopt};
}

WorldNeighbour transit(const std::function<void(WorldNeighbour&)>& edit) {
  WorldNeighbour neighbour = transit();
  edit(neighbour);
  return neighbour;
}

RtrServer validator(std::string_view name, std::uint16_t port) {
  return {*Label::parse(name), *Ipv4::parse("192.0.2.2"), port};
}

TEST(Site, OfTheLabIsSound) {
  Site site = small_site();
  site.upstreams.push_back(transit());
  site.route_servers.push_back(transit([](WorldNeighbour& one) {
    one.name = *Label::parse("rs1");
    one.address = *Ipv6::parse("2001:db8:ff::3");
  }));
  site.rpki.push_back({*Ipv6Prefix::parse("3fff:100::/40"), 48, *Asn::make(64500)});
  site.rtr = {validator("one", 3323), validator("two", 3324)};
  EXPECT_TRUE(site.check());
}

struct Fault {
  const char* complaint;
  std::function<void(Site&)> make;
};

TEST(Site, NamesWhatCannotBe) {
  const std::vector<Fault> faults{
      {"infrastructure 3fff:100:9::/48 overlaps the pool",
       [](Site& site) { site.infrastructure.push_back(*Ipv6Prefix::parse("3fff:100:9::/48")); }},
      {"infrastructure 3fff::/20 overlaps the pool",
       [](Site& site) { site.infrastructure.push_back(*Ipv6Prefix::parse("3fff::/20")); }},
      {"overlay_ipv4 10.0.0.1 is outside",
       [](Site& site) { site.overlay_ipv4 = *Ipv4::parse("10.0.0.1"); }},
      {"overlay_ipv6 2001:db8::1 is outside",
       [](Site& site) { site.overlay_ipv6 = *Ipv6::parse("2001:db8::1"); }},
      {"links = true needs node_id", [](Site& site) { site.links = true, site.node_id.reset(); }},
      {"node_id 10000 is above 9999", [](Site& site) { site.node_id = *NodeId::make(10000); }},
      {"rpki 3fff:100::/40: max_length 39 is not between 40 and 128",
       [](Site& site) {
         site.rpki.push_back({*Ipv6Prefix::parse("3fff:100::/40"), 39, *Asn::make(64500)});
       }},
      {"max_length 129",
       [](Site& site) {
         site.rpki.push_back({*Ipv6Prefix::parse("3fff:100::/40"), 129, *Asn::make(64500)});
       }},
      {"two neighbours are named transit",
       [](Site& site) { site.upstreams = {transit()}, site.route_servers = {transit()}; }},
      {"another neighbour has the same pair of addresses",
       [](Site& site) {
         site.upstreams = {transit(),
                           transit([](WorldNeighbour& one) { one.name = *Label::parse("other"); })};
       }},
      {"transit: its asn 64500 is the platform's own",
       [](Site& site) {
         site.upstreams = {transit([](WorldNeighbour& one) { one.asn = *Asn::make(64500); })};
       }},
      {"transit: address and local_address are the same",
       [](Site& site) {
         site.upstreams = {transit([](WorldNeighbour& one) { one.address = one.local_address; })};
       }},
      {"a link-local address needs an interface",
       [](Site& site) {
         site.upstreams = {
             transit([](WorldNeighbour& one) { one.address = *Ipv6::parse("febf::1"); })};
       }},
      {"a link-local address needs an interface", [](Site& site) {
         site.upstreams = {
             transit([](WorldNeighbour& one) { one.local_address = *Ipv6::parse("fe80::1"); })};
       }}};
  for (const Fault& fault : faults) {
    Site site = small_site();
    fault.make(site);
    const auto checked = site.check();
    ASSERT_FALSE(checked) << fault.complaint;
    EXPECT_EQ(checked.error().kind, ErrorKind::OutOfRange);
    EXPECT_THAT(checked.error().detail, HasSubstr(fault.complaint));
  }
}

Sibling ams(std::string_view name = "ams01", std::uint32_t node = 2) {
  return {*Label::parse(name), *NodeId::make(node), *Ipv6::parse("2001:db8:fb::2"),
          *Ipv6::parse("2001:db8:fb::1")};
}

TEST(Site, NamesSiblingsThatCannotBeToldApart) {
  Site site = small_site();
  site.siblings = {ams(), ams("lon01", 3)};
  EXPECT_TRUE(site.check());
  site.siblings = {ams(), ams("ams01", 3)};
  EXPECT_THAT(site.check().error().detail, HasSubstr("two sites are named ams01"));
  site.siblings = {ams(site.name.text())};
  EXPECT_THAT(site.check().error().detail, HasSubstr("two sites are named ixpfra01"));
  for (const std::uint32_t node : {1U, 2U}) {
    site.siblings = {ams(), ams("lon01", node)};
    EXPECT_THAT(site.check().error().detail,
                HasSubstr("sibling lon01: another site has node_id " + std::to_string(node)));
  }
}

TEST(Site, NamesASiblingThatCannotBeReached) {
  Site site = small_site();
  site.siblings = {ams()};
  site.siblings[0].address = site.siblings[0].local_address;
  EXPECT_THAT(site.check().error().detail, HasSubstr("ams01: address and local_address are"));
  site.siblings[0].address = *Ipv6::parse("fe80::2");
  EXPECT_THAT(site.check().error().detail, HasSubstr("ams01: a link-local address"));
  site.siblings = {ams()};
  site.node_id.reset();
  EXPECT_THAT(site.check().error().detail, HasSubstr("a sibling needs node_id"));
}

TEST(Site, NamesRtrServersThatAreOneAndTheSame) {
  Site site = small_site();
  site.rtr = {validator("one", 3323), validator("one", 3324)};
  EXPECT_THAT(site.check().error().detail, HasSubstr("two RTR servers are named one"));
  site.rtr = {validator("one", 3323), validator("two", 3323)};
  EXPECT_THAT(site.check().error().detail,
              HasSubstr("rtr two: another RTR server has the same address and port"));
}

Result<void> with_password(std::string password) {
  Site site = small_site();
  site.upstreams = {transit([&](WorldNeighbour& one) { one.password = Secret{password}; })};
  return site.check();
}

TEST(SitePassword, IsOneTo80CharactersThatNeedNoEscape) {
  for (int byte = 0; byte < 256; ++byte) {
    const bool plain = byte > ' ' && byte <= '~' && byte != '"' && byte != '\\';
    EXPECT_EQ(with_password(std::string{"ab"} + static_cast<char>(byte)).has_value(), plain)
        << byte;
  }
  EXPECT_FALSE(with_password(""));
  EXPECT_TRUE(with_password(std::string(80, 'x')));
  EXPECT_FALSE(with_password(std::string(81, 'x')));
}

TEST(SitePassword, IsNotNamedInTheErrorThatRefusesIt) {
  EXPECT_EQ(with_password("open sesame").error().detail.find("sesame"), std::string::npos);
}

TEST(SiteLabel, IsAWordOfLowerCaseLettersDigitsAndUnderscore) {
  for (const char* const word : {"a", "ixpfra01", "rs_1", "abcdefghijklmnopqrstuvwxyz012345"}) {
    ASSERT_TRUE(Label::parse(word)) << word;
    EXPECT_EQ(Label::parse(word)->text(), word);
  }
  for (const char* const word : {"", "1a", "_a", "A", "a-b", "a b", "a.b", "a\n", "a\"", "a}",
                                 "\xc3\xa4", "abcdefghijklmnopqrstuvwxyz0123456"}) {
    EXPECT_EQ(Label::parse(word).error().kind, ErrorKind::Malformed) << word;
  }
  for (const char* const word : {"peerlab", "peerlab_n17", "peerlabx"}) {
    EXPECT_EQ(Label::parse(word).error().kind, ErrorKind::OutOfRange) << word;
  }
}

TEST(SiteLabel, WhateverTextParsesIsItself) {
  std::mt19937_64 random{34};
  for (int round = 0; round < 20'000; ++round) {
    const std::string text = testing_support::mutated(random, "ixpfra01");
    const auto label = Label::parse(text);
    if (label) {
      ASSERT_EQ(label->text(), text);
    }
  }
}

}  // namespace
}  // namespace peerlab::policy

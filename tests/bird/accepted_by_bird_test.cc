// Whatever is rendered, the machine's BIRD reads.
#include <gmock/gmock.h>

#include <random>

#include "bird/client_configuration.h"
#include "tests/bird/live_bird.h"
#include "tests/support/facts/facts.h"

namespace peerlab::bird {
namespace {

using testing_support::overlay_ipv4;
using testing_support::overlay_ipv6;
using testing_support::row;
using testing_support::rule;
using testing_support::small_site;

// Names that a person might give and that are BIRD's own words or default names.
constexpr std::array kNames{"ixpfra01", "static", "bgp",    "device1", "direct1", "kernel1",
                            "out",      "set",    "table",  "master6", "ipv6",    "filter",
                            "accept",   "all",    "x_0_9z", "rs_1",    "role",    "local"};

#define EXPECT_BIRD_ACCEPTS(files, what)                               \
  do {                                                                 \
    const auto complaint = complaint_of_bird(files);                   \
    if (!complaint && complaint.error().kind == ErrorKind::NotFound) { \
      GTEST_SKIP() << complaint.error().detail;                        \
    }                                                                  \
    ASSERT_TRUE(complaint) << complaint.error().detail;                \
    EXPECT_EQ(*complaint, "") << (what);                               \
  } while (false)

policy::WorldNeighbour neighbour(const std::string& name, std::uint32_t number) {
  return {*policy::Label::parse(name), *Asn::make(64496 + number % 4), overlay_ipv6(100 + number),
          overlay_ipv6(1), std::nullopt};
}

policy::Policy random_policy(std::mt19937& random, std::uint32_t members) {
  std::vector<policy::Rule> rules;
  std::vector<policy::LeaseRow> leases;
  for (std::uint32_t number = 0; number < members; ++number) {
    const std::uint32_t asn = random() % 2 == 0 ? 65000 + number : 4'200'000'000U + number;
    rules.push_back(rule(2 + number, "member" + std::to_string(number), asn));
    if (random() % 2 == 0) rules.back().own_next_hop = overlay_ipv6(5000 + number);
    for (auto left = random() % 3; left > 0; --left) {
      const Prefix48 prefix = Prefix48::from_network(0x3fff'0100'0000U + 8 * number + left);
      leases.push_back({prefix, *Asn::make(asn)});
    }
  }
  return {std::move(rules), std::move(leases)};
}

TEST(BirdAccepts, EveryServerDirectory) {
  std::mt19937 random{60};
  for (const std::uint32_t members : {0U, 1U, 2U, 5U, 40U, 200U}) {
    policy::Site site = small_site();
    site.upstreams = {neighbour("transit", 1)};
    site.rpki = {{*Ipv6Prefix::parse("3fff:100::/40"), 48, *Asn::make(64500)}};
    const policy::Policy policy = random_policy(random, members);
    EXPECT_BIRD_ACCEPTS(server_directory(policy, site), members);
    EXPECT_BIRD_ACCEPTS(server_directory(policy, site, Form::Function), members);
  }
}

// Alone: it needs nothing from the file that includes it.
TEST(BirdAccepts, EveryFunctionByItself) {
  std::mt19937 random{61};
  Mapping alice = testing_support::member("member0", 65000);
  alice.email = "a.b_c%d+e-f@x-y.example.org";
  const Labels labels = email_labels({{alice}});
  for (const std::uint32_t members : {0U, 1U, 300U}) {
    const std::string text = function_text(random_policy(random, members), {}, labels);
    EXPECT_BIRD_ACCEPTS((Files{{"bird.conf", "router id 100.64.0.1;\n" + text}}), members);
  }
}

TEST(BirdAccepts, ASmallestSiteAndOneOfManyBlocks) {
  policy::Site site = small_site();
  site.infrastructure.clear();
  EXPECT_BIRD_ACCEPTS(server_directory({}, site), "without infrastructure");
  site.pool =
      *PrefixPool::make({*Ipv6Prefix::parse("3fff:300:1::/48"),
                         *Ipv6Prefix::parse("2a06:de00:50::/44"), *Ipv6Prefix::parse("3ffe::/16")});
  EXPECT_BIRD_ACCEPTS(server_directory({}, site), "blocks of length 16, 44 and 48");
}

TEST(BirdAccepts, NeighboursOfEveryName) {
  policy::Site site = small_site();
  std::uint32_t number = 0;
  for (const char* const name : kNames) {
    site.upstreams.push_back(neighbour(name, ++number));
    site.route_servers.push_back(neighbour("r" + std::string{name}, ++number));
  }
  ASSERT_TRUE(site.check());
  EXPECT_BIRD_ACCEPTS(server_directory({}, site), "all names at once");
}

TEST(BirdAccepts, EveryPasswordThatASiteMayHave) {
  std::string all;
  for (char c = '!'; c <= '~'; ++c) {
    if (c != '"' && c != '\\') all += c;
  }
  for (const std::string& password : {all.substr(0, 80), all.substr(all.size() - 80)}) {
    policy::Site site = small_site();
    site.upstreams = {neighbour("transit", 1)};
    site.upstreams[0].password = Secret{password};
    ASSERT_TRUE(site.check());
    EXPECT_BIRD_ACCEPTS(server_directory({}, site), password);
  }
}

TEST(BirdAccepts, EveryClientConfiguration) {
  for (std::uint32_t prefixes = 0; prefixes <= 8; prefixes += 4) {
    ClientFacts facts{*Asn::make(65000), {}, *Asn::make(64500), overlay_ipv4(17),
                      overlay_ipv6(17),  {}};
    for (std::uint32_t i = 0; i < prefixes; ++i) {
      facts.prefixes.push_back(Prefix48::from_network(0x3fff'0100'0000U + i));
    }
    std::uint32_t number = 100;
    for (const char* const name : kNames) {
      ++number;
      facts.sites.push_back(
          {*policy::Label::parse(name), overlay_ipv4(number), overlay_ipv6(number)});
    }
    EXPECT_BIRD_ACCEPTS((Files{{"bird.conf", *render_client(shipped_client_template(), facts)}}),
                        prefixes);
  }
}

TEST(BirdRefuses, WhatIsSpoiled) {
  Files files =
      server_directory({{rule(17, "alice", 65000)}, {row("3fff:100:1::/48", 65000)}}, small_site());
  files["peerlab_generated.conf"] += "route ::/0 unreachable;\n";
  const auto complaint = complaint_of_bird(files);
  if (!complaint) GTEST_SKIP() << complaint.error().detail;
  EXPECT_THAT(*complaint, testing::HasSubstr("syntax error"));
}

}  // namespace
}  // namespace peerlab::bird

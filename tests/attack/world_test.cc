// Rows 32 and 33 of the attack table (POLICY.md 2), and the hygiene of what upstreams and route
// servers tell.  Which prefix and which ASN is a bogon is tested in tests/bird/world_test.cc.
#include <fmt/format.h>

#include "tests/attack/outcome.h"

namespace peerlab::attack {
namespace {

namespace bgp = testing_support::bgp;
using bgp::Segment;

constexpr std::uint32_t kClientsAs = 3265, kTransitFreeAs = 3356;

Ipv6Prefix prefix(const std::string& text) { return *Ipv6Prefix::parse(text); }

// A raw speaker in the place of an upstream or a route server.
class Neighbour {
 public:
  Neighbour(Exchange& exchange, const char* own, const char* ixp, std::uint32_t asn,
            std::string protocol)
      : exchange_{exchange},
        protocol_{std::move(protocol)},
        own_{own},
        asn_{asn},
        speaker_{exchange.connect(own, ixp)} {
    EXPECT_TRUE(speaker_.establish({.asn = asn})) << exchange.ixp().log();
    EXPECT_TRUE(eventually([&] { return exchange.ixp().established(protocol_); }));
  }

  Outcome outcome_of(const Ipv6Prefix& told, const bgp::Bytes& attributes) {
    speaker_.send(
        bgp::update(bgp::reach({told}, *Ipv6::parse(own_)) + bgp::origin(0) + attributes));
    const Ipv6Prefix marker = prefix(fmt::format("2a0e:{:x}:{:x}::/48", asn_, ++markers_));
    speaker_.send(bgp::announcement(marker, {asn_}, *Ipv6::parse(own_)));
    EXPECT_TRUE(eventually([&] { return !exchange_.bob().routes(marker).empty(); }));
    return outcome(exchange_, protocol_, told);
  }

  // The route goes to members and into the kernel, and to nobody else: we sell no transit.
  [[nodiscard]] Outcome accepted(const bgp::Asns& path) const {
    return {.raw = "accepted",
            .member = fmt::format("{} {}", kPlatformAs, bgp::text_of(path)),
            .kernel = own_};
  }

 private:
  Exchange& exchange_;
  std::string protocol_, own_;
  std::uint32_t asn_;
  bgp::Speaker speaker_;
  unsigned markers_ = 0;
};

class World : public ExchangeOfAnyForm {
 protected:
  static void TearDownTestSuite() {
    upstreams_.clear();
    route_servers_.clear();
    ExchangeTest::TearDownTestSuite();
  }
  static Neighbour& upstream() {
    const auto [at, made] = upstreams_.try_emplace(
        GetParam(), exchange(), kRawUpstream, kIxpToRawUpstream, kRawUpstreamAs, "upstream_raw");
    return at->second;
  }
  static Neighbour& route_server() {
    const auto [at, made] = route_servers_.try_emplace(
        GetParam(), exchange(), kRawRouteServer, kIxpToRawRouteServer, kRawRouteServerAs, "rs_raw");
    return at->second;
  }

 private:
  static std::map<bird::Form, Neighbour> upstreams_, route_servers_;
};

std::map<bird::Form, Neighbour> World::upstreams_, World::route_servers_;

TEST_P(World, RoutesOfAnUpstreamGoToMembersAndIntoTheKernel) {
  const bgp::Asns path{kRawUpstreamAs, kTransitFreeAs, kClientsAs};
  EXPECT_EQ(upstream().outcome_of(prefix("2a00:1000::/32"), bgp::path(path)),
            upstream().accepted(path));
}

// Row 32.
TEST_P(World, RoutesForOurOwnSpaceAreRefusedWithReason3) {
  const auto told = [](const char* own) {
    return upstream().outcome_of(prefix(own), bgp::path({kRawUpstreamAs}));
  };
  EXPECT_EQ(told("3fff:100:80::/41"), refused("3 13"));
  Outcome whole_pool = refused("3 13"), infrastructure = refused("3");
  whole_pool.kernel = infrastructure.kernel = "unreachable";
  infrastructure.upstream = infrastructure.route_server = infrastructure.member =
      std::to_string(kPlatformAs);  // it is ours, and told by us
  EXPECT_EQ(told("3fff:100::/40"), whole_pool);
  infrastructure.kernel = "nothing";  // the router's own, no route of BIRD's
  EXPECT_EQ(told("3fff:200::/48"), infrastructure);
}

// Row 33.
TEST_P(World, RoutesAreJudgedAgainAtOnceWhenRpkiChanges) {
  const Ipv6Prefix told = prefix("2a00:2000::/32");
  const bgp::Asns path{kRawUpstreamAs, kClientsAs};
  EXPECT_EQ(upstream().outcome_of(told, bgp::path(path)), upstream().accepted(path));
  exchange().site.rpki.push_back({told, 32, *Asn::make(kTransitFreeAs)});
  exchange().publish();
  EXPECT_TRUE(
      eventually([&] { return outcome(exchange(), "upstream_raw", told) == refused("13"); }));
  exchange().site.rpki.back().asn = *Asn::make(kClientsAs);
  exchange().publish();
  EXPECT_TRUE(eventually(
      [&] { return outcome(exchange(), "upstream_raw", told) == upstream().accepted(path); }));
}

struct Row {
  const char* name;
  bgp::Bytes path;
  Outcome expected;
};

TEST_P(World, RoutesWithABadPathAreRefusedFromAnUpstream) {
  const std::uint32_t first = kRawUpstreamAs;
  bgp::Asns long_path(32, first), too_long(33, first);
  const std::vector<Row> rows{{"32 long", bgp::path(long_path), upstream().accepted(long_path)},
                              {"33 long", bgp::path(too_long), refused("5")},
                              {"800 long", bgp::path(bgp::Asns(800, first)), refused("5")},
                              {"private AS", bgp::path({first, 64512, kClientsAs}), refused("4")},
                              {"AS_TRANS", bgp::path({first, 23456}), refused("4")},
                              {"AS 0", bgp::path({first, 0}), refused("4")},
                              {"the last ASN", bgp::path({first, 4294967295}), refused("4")},
                              {"another first AS", bgp::path({kClientsAs, first}), absent()},
                              {"our own AS", bgp::path({first, kPlatformAs, kClientsAs}), absent()},
                              {"empty", bgp::path({}), absent()},
                              {"AS_SET",
                               bgp::path_of(bgp::segment(Segment::Sequence, {first}) +
                                            bgp::segment(Segment::Set, {kClientsAs})),
                               absent()}};
  for (const Row& row : rows) {
    EXPECT_EQ(upstream().outcome_of(prefix("2a00:3000::/32"), row.path), row.expected) << row.name;
  }
}

// RFC 7947: a route server is not in the paths it sends.
TEST_P(World, RoutesOfARouteServerBeginWithItsClientAndHoldNoTransitFreeAs) {
  const bgp::Asns path{kClientsAs, 1103};
  const std::vector<Row> rows{
      {"a client's", bgp::path(path), route_server().accepted(path)},
      {"a leak", bgp::path({kClientsAs, kTransitFreeAs, 1103}), refused("14")},
      {"of a transit-free client", bgp::path({kTransitFreeAs}), refused("14")},
      {"private AS", bgp::path({kClientsAs, 64512}), refused("4")},
      {"our own AS", bgp::path({kClientsAs, kPlatformAs}), absent()},
      {"empty", bgp::path({}), refused("6")}};
  for (const Row& row : rows) {
    EXPECT_EQ(route_server().outcome_of(prefix("2a00:4000::/32"), row.path), row.expected)
        << row.name;
  }
}

TEST_P(World, RoutesCarryNoWordThatOnlyThePlatformMaySay) {
  const bgp::Asns path{kRawUpstreamAs};
  const bgp::Bytes forged = bgp::attribute(bgp::kOptionalTransitive, 32,
                                           bgp::u32(kPlatformAs) + bgp::u32(1101) + bgp::u32(100));
  const Ipv6Prefix told = prefix("2a00:5000::/32");
  ASSERT_EQ(upstream().outcome_of(told, bgp::path(path) + forged), upstream().accepted(path));
  EXPECT_TRUE(exchange().bob().routes(told).front().route.communities.empty());
}

TEST_P(World, RoutesForEverythingOrForAPartAreRefused) {
  for (const auto& [told, reasons] : {std::pair{"::/0", "2 3"},
                                      {"2a00::/11", "2"},
                                      {"2a00:6000::/49", "1"},
                                      {"fd00::/16", "3"},
                                      {"2002::/16", "3"}}) {
    EXPECT_EQ(upstream().outcome_of(prefix(told), bgp::path({kRawUpstreamAs})), refused(reasons))
        << told;
  }
}

PEERLAB_IN_BOTH_FORMS(World);

}  // namespace
}  // namespace peerlab::attack

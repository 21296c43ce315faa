// Each row of POLICY.md 4 "decided cases" that policy decides, by its claim.
#include "policy/compile.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "tests/support/facts/facts.h"

namespace peerlab::policy {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing_support::kNow;
using testing_support::leased;
using testing_support::machine;
using testing_support::member;
using testing_support::overlay_ipv4;
using testing_support::overlay_ipv6;
using testing_support::row;
using testing_support::rule;
using testing_support::small_site;

// Alice with node 10 and 3fff:100:1::/48, Bob with node 11 and 3fff:100:2::/48.
struct Facts {
  Mapping alice = member("alice", 65000, {leased("3fff:100:1::/48")});
  Mapping bob = member("bob", 65001, {leased("3fff:100:2::/48")});
  std::vector<Mapping> more_members = {};
  std::vector<Node> nodes = {machine(10, "alice"), machine(11, "bob")};
  Site site = small_site();

  [[nodiscard]] Compiled compiled(Instant now = kNow) const {
    std::vector<Mapping> members{alice, bob};
    members.insert(members.end(), more_members.begin(), more_members.end());
    return compile(members, nodes, site, now);
  }
};

std::vector<std::uint32_t> node_numbers(const Compiled& compiled) {
  std::vector<std::uint32_t> numbers;
  for (const Rule& one : compiled.policy.rules()) numbers.push_back(one.node.number());
  return numbers;
}

auto names(const char* what, const char* reason) {
  return Contains(testing::AllOf(Field(&Skipped::what, HasSubstr(what)),
                                 Field(&Skipped::reason, HasSubstr(reason))));
}

TEST(Compile, GivesEveryNodeASessionAndEveryLeaseARow) {
  Facts facts;
  facts.nodes.push_back(machine(12, "alice"));
  const Compiled compiled = facts.compiled();
  EXPECT_EQ(compiled.policy,
            Policy({rule(10, "alice", 65000), rule(11, "bob", 65001), rule(12, "alice", 65000)},
                   {row("3fff:100:1::/48", 65000), row("3fff:100:2::/48", 65001)}));
  EXPECT_THAT(compiled.skipped, IsEmpty());
  EXPECT_THAT(compiled.contradictions, IsEmpty());
  EXPECT_EQ(compiled.next_change, kNow + hours{1});
}

TEST(Compile, OfNothingIsNothing) {
  const Compiled compiled = compile({}, {}, small_site(), kNow);
  EXPECT_EQ(compiled.policy, Policy{});
  EXPECT_EQ(compiled.next_change, std::nullopt);
}

TEST(Compile, AReceiveOnlyMemberHasASessionAndNoRow) {
  Facts facts;
  facts.alice.leases.clear();
  EXPECT_THAT(node_numbers(facts.compiled()), ElementsAre(10, 11));
  EXPECT_THAT(facts.compiled().policy.leases(), ElementsAre(row("3fff:100:2::/48", 65001)));
}

TEST(Compile, KeepsLeasesOfAMemberInQuarantineApartAndTheSession) {
  const Facts facts;
  const auto compiled = compile(std::vector{facts.alice, facts.bob}, facts.nodes, facts.site, kNow,
                                {facts.alice.user});
  EXPECT_EQ(compiled.policy.rules(), facts.compiled().policy.rules());
  EXPECT_THAT(compiled.policy.leases(), ElementsAre(row("3fff:100:2::/48", 65001)));
  EXPECT_THAT(compiled.policy.in_quarantine(), ElementsAre(row("3fff:100:1::/48", 65000)));
}

TEST(Compile, GivesNoRowToAMemberWithoutANodeHere) {
  Facts facts;
  facts.nodes.pop_back();
  EXPECT_THAT(facts.compiled().policy.leases(), ElementsAre(row("3fff:100:1::/48", 65000)));
}

TEST(Compile, LinksGiveEveryNodeItsOwnPairOfAddresses) {
  Facts facts;
  facts.site.links = true;
  facts.site.node_id = *NodeId::make(0x0102);
  facts.nodes = {machine(0x0a0b0c, "alice")};
  const Rule one = facts.compiled().policy.rules().at(0);
  EXPECT_EQ(one.next_hop.text(), "fd50:1:20a:b0c::2");
  EXPECT_EQ(one.own_next_hop->text(), "fd50:1:20a:b0c::1");
}

// --- the join ------------------------------------------------------------------------------------

TEST(DecidedCase, AnEMailNeverOverrulesADifferentProviderId) {
  Facts facts;
  facts.alice.email = "alice@example.org";
  facts.nodes[0].owner = {0, "https://issuer/mallory", "alice@example.org"};
  EXPECT_THAT(node_numbers(facts.compiled()), ElementsAre(11));
  EXPECT_THAT(facts.compiled().skipped, names("node 10", "provider id is not the one"));
}

TEST(DecidedCase, AnEMailIsComparedWithoutCaseAndAnEmptyOneJoinsNobody) {
  Facts facts;
  facts.alice.email = "Alice@Example.ORG";
  facts.bob.email = "";
  facts.nodes[0].owner = {0, "", "aLICE@eXAMPLE.org"};
  facts.nodes[1].owner = {0, "", ""};
  EXPECT_THAT(node_numbers(facts.compiled()), ElementsAre(10));
  EXPECT_THAT(facts.compiled().skipped, names("node 11", "belongs to no member"));
}

TEST(DecidedCase, AnEMailOfTwoMappingsJoinsNobodyButOtherKeysStillDo) {
  Facts facts;
  facts.alice.email = "both@example.org";
  facts.bob.email = "BOTH@example.org";
  facts.nodes.push_back(machine(12, "x"));
  facts.nodes[2].owner = {0, "", "both@example.org"};
  EXPECT_THAT(node_numbers(facts.compiled()), ElementsAre(10, 11));
  EXPECT_THAT(facts.compiled().skipped, names("node 12", "more than one member"));
}

// --- the order -----------------------------------------------------------------------------------

TEST(DecidedCase, ExpiredNodesGoBeforeContradictionsAreCounted) {
  Facts facts;
  facts.nodes.push_back(machine(12, "bob"));
  facts.nodes[2].ipv4 = facts.nodes[0].ipv4;
  facts.nodes[2].expiry = kNow;
  const Compiled compiled = facts.compiled();
  EXPECT_THAT(node_numbers(compiled), ElementsAre(10, 11));
  EXPECT_THAT(compiled.contradictions, IsEmpty());
  EXPECT_THAT(compiled.skipped, names("node 12", "expired"));
}

TEST(DecidedCase, NodesThatWillBeSkippedStillCountForContradictions) {
  Facts facts;
  facts.nodes.push_back(machine(12, "nobody"));
  facts.nodes[2].ipv4 = facts.nodes[0].ipv4;
  const Compiled compiled = facts.compiled();
  EXPECT_THAT(node_numbers(compiled), ElementsAre(11));
  EXPECT_THAT(compiled.contradictions, names("node 10", "100.64.0.10 is on nodes 10, 12"));
  EXPECT_THAT(compiled.contradictions, names("node 12", "100.64.0.10 is on nodes 10, 12"));
}

// --- contradictions ------------------------------------------------------------------------------

TEST(DecidedCase, OnePrefixOfTwoOwnersLeavesBothAndTheRestStays) {
  Facts facts;
  facts.alice.leases.push_back(leased("3fff:100:9::/48"));
  facts.bob.leases.push_back(leased("3fff:100:9::/48"));
  const Compiled compiled = facts.compiled();
  EXPECT_THAT(node_numbers(compiled), ElementsAre(10, 11));
  EXPECT_THAT(compiled.policy.leases(),
              ElementsAre(row("3fff:100:1::/48", 65000), row("3fff:100:2::/48", 65001)));
  EXPECT_EQ(compiled.contradictions.size(), 2U);
}

TEST(DecidedCase, APrefixPassedOnAtALeasesEndIsNoContradiction) {
  Facts facts;
  facts.bob.leases.push_back(leased("3fff:100:1::/48", kNow + hours{1}));
  EXPECT_THAT(facts.compiled().contradictions, IsEmpty());
  EXPECT_THAT(facts.compiled(kNow + hours{1}).contradictions, IsEmpty());
  EXPECT_THAT(facts.compiled(kNow + hours{1}).policy.leases(),
              ElementsAre(row("3fff:100:1::/48", 65001)));
}

TEST(DecidedCase, OneAsnOfTwoMembersDropsBoth) {
  Facts facts;
  facts.more_members = {member("carol", 65000, {leased("3fff:100:3::/48")})};
  facts.nodes.push_back(machine(12, "carol"));
  const Compiled compiled = facts.compiled();
  EXPECT_EQ(compiled.policy, Policy({rule(11, "bob", 65001)}, {row("3fff:100:2::/48", 65001)}));
  EXPECT_EQ(compiled.contradictions.size(), 2U);
  EXPECT_THAT(compiled.skipped, names("node 12", "part of a contradiction"));
}

TEST(DecidedCase, OneProviderIdOfTwoMembersDropsBoth) {
  Facts facts;
  facts.more_members = {member("carol", 65002)};
  facts.more_members[0].provider_id = facts.alice.provider_id;
  facts.alice.overlay_user_ids = {7};
  facts.nodes.push_back(machine(12, "x"));
  facts.nodes[2].owner = {7, "", ""};
  EXPECT_THAT(node_numbers(facts.compiled()), ElementsAre(11));
}

TEST(DecidedCase, OneAddressOnTwoNodesDropsBothAlsoOfOneMember) {
  Facts facts;
  facts.nodes.push_back(machine(12, "alice"));
  facts.nodes[2].ipv4 = facts.nodes[0].ipv4;
  EXPECT_THAT(node_numbers(facts.compiled()), ElementsAre(11));
}

TEST(DecidedCase, OneIpv6AddressOnTwoNodesMattersOnlyWithoutLinks) {
  Facts facts;
  facts.nodes[1].ipv6 = facts.nodes[0].ipv6;
  EXPECT_THAT(node_numbers(facts.compiled()), IsEmpty());
  facts.site.links = true;
  EXPECT_THAT(node_numbers(facts.compiled()), ElementsAre(10, 11));
  EXPECT_THAT(facts.compiled().contradictions, IsEmpty());
}

TEST(DecidedCase, OneNodeIdWithDifferentContentIsDropped) {
  Facts facts;
  facts.nodes.push_back(machine(10, "alice"));
  facts.nodes[2].ipv4 = {overlay_ipv4(99)};
  const Compiled compiled = facts.compiled();
  EXPECT_THAT(node_numbers(compiled), ElementsAre(11));
  EXPECT_THAT(compiled.contradictions, names("node 10", "listed twice"));
}

TEST(DecidedCase, TheSameNodeTwiceIsOnce) {
  Facts facts;
  facts.nodes.push_back(facts.nodes[0]);
  EXPECT_THAT(node_numbers(facts.compiled()), ElementsAre(10, 11));
  EXPECT_THAT(facts.compiled().contradictions, IsEmpty());
}

TEST(DecidedCase, AMemberNodeWithTheIxpsOwnAddressIsDropped) {
  for (const bool links : {false, true}) {
    Facts facts;
    facts.site.links = links;
    facts.nodes[0].ipv4 = {facts.site.overlay_ipv4};
    EXPECT_THAT(node_numbers(facts.compiled()), ElementsAre(11));
    EXPECT_THAT(facts.compiled().contradictions, names("node 10", "own address"));
  }
  Facts facts;
  facts.nodes[0].ipv6 = {facts.site.overlay_ipv6};
  EXPECT_THAT(node_numbers(facts.compiled()), ElementsAre(11));
}

TEST(DecidedCase, AMemberWithThePlatformsOwnAsnIsDropped) {
  Facts facts;
  facts.alice.asn = facts.site.asn;
  EXPECT_EQ(facts.compiled().policy,
            Policy({rule(11, "bob", 65001)}, {row("3fff:100:2::/48", 65001)}));
  EXPECT_THAT(facts.compiled().contradictions, names("mapping", "the platform's own"));
}

TEST(DecidedCase, OneMemberToldInTwoWaysIsDropped) {
  Facts facts;
  facts.more_members = {facts.alice};
  facts.more_members[0].asn = *Asn::make(65007);
  EXPECT_THAT(node_numbers(facts.compiled()), ElementsAre(11));
}

TEST(DecidedCase, AnOverlayUserMintedForTwoMembersJoinsNobody) {
  Facts facts;
  facts.alice.overlay_user_ids = facts.bob.overlay_user_ids = {7};
  facts.bob.email = "bob@example.org";
  facts.nodes.push_back(machine(12, "x"));
  facts.nodes[2].owner = {7, "", "bob@example.org"};
  EXPECT_THAT(node_numbers(facts.compiled()), ElementsAre(10, 11));
  EXPECT_THAT(facts.compiled().contradictions, names("overlay user 7", "joins nobody"));
}

// --- addresses, pools, time ----------------------------------------------------------------------

TEST(DecidedCase, ABadPrefixIsSkippedAndTheOthersStay) {
  Facts facts;
  facts.alice.leases.push_back(leased("3fff:200::/48"));
  const Compiled compiled = facts.compiled();
  EXPECT_EQ(compiled.policy, Facts{}.compiled().policy);
  EXPECT_THAT(compiled.skipped, names("prefix 3fff:200::/48", "outside this site's pool"));
}

TEST(DecidedCase, ANodeNeedsExactlyOneIpv4InsideTheOverlay) {
  const Ipv4 outside = *Ipv4::parse("10.0.0.1");
  const std::vector<std::pair<std::vector<Ipv4>, bool>> table{
      {{overlay_ipv4(10)}, true},
      {{overlay_ipv4(10), overlay_ipv4(10)}, true},
      {{outside, overlay_ipv4(10)}, true},
      {{}, false},
      {{outside}, false},
      {{overlay_ipv4(10), overlay_ipv4(20)}, false}};
  for (const auto& [addresses, fits] : table) {
    Facts facts;
    facts.nodes[0].ipv4 = addresses;
    EXPECT_EQ(node_numbers(facts.compiled()).size(), fits ? 2U : 1U) << addresses.size();
    EXPECT_EQ(facts.compiled().skipped.empty(), fits);
  }
}

TEST(DecidedCase, AnIpv6InsideTheOverlayIsNeededOnlyWithoutLinks) {
  for (const std::vector<Ipv6>& addresses :
       {std::vector<Ipv6>{}, {*Ipv6::parse("2001:db8::1")}, {overlay_ipv6(10), overlay_ipv6(20)}}) {
    Facts facts;
    facts.nodes[0].ipv6 = addresses;
    EXPECT_THAT(node_numbers(facts.compiled()), ElementsAre(11));
    facts.site.links = true;
    EXPECT_THAT(node_numbers(facts.compiled()), ElementsAre(10, 11));
  }
}

TEST(DecidedCase, AnAsnOutsideThePoolIsSkippedOnlyWhereAPoolIsGiven) {
  Facts facts;
  facts.site.asn_pool = *AsnRange::parse("65001-65999");
  EXPECT_EQ(facts.compiled().policy,
            Policy({rule(11, "bob", 65001)}, {row("3fff:100:2::/48", 65001)}));
  EXPECT_THAT(facts.compiled().skipped, names("node 10", "outside asn_pool 65001-65999"));
}

TEST(DecidedCase, ALeaseThatStartsLaterIsActedOnAtThatInstant) {
  Facts facts;
  facts.alice.leases = {leased("3fff:100:1::/48", kNow + seconds{30}, seconds{10})};
  EXPECT_EQ(facts.compiled().policy.leases().size(), 1U);
  EXPECT_EQ(facts.compiled().next_change, kNow + seconds{30});
  EXPECT_EQ(facts.compiled(kNow + seconds{30}).policy.leases().size(), 2U);
  EXPECT_EQ(facts.compiled(kNow + seconds{39}).next_change, kNow + seconds{40});
  EXPECT_EQ(facts.compiled(kNow + seconds{40}).policy.leases().size(), 1U);
}

TEST(DecidedCase, ANodeWhoseExpiryPassesIsActedOnAtThatInstant) {
  Facts facts;
  facts.nodes[0].expiry = kNow + seconds{5};
  EXPECT_EQ(facts.compiled().next_change, kNow + seconds{5});
  EXPECT_THAT(node_numbers(facts.compiled(kNow + seconds{4})), ElementsAre(10, 11));
  EXPECT_THAT(node_numbers(facts.compiled(kNow + seconds{5})), ElementsAre(11));
}

TEST(DecidedCase, APrefixOfAnOlderGatewayIsInForceUntilItIsGone) {
  Facts facts;
  facts.alice.leases = facts.bob.leases = {};
  facts.alice.leases.push_back({*Prefix48::parse("3fff:100:1::/48"), std::nullopt});
  EXPECT_EQ(facts.compiled(kNow + hours{10'000}).policy.leases().size(), 1U);
  EXPECT_EQ(facts.compiled().next_change, std::nullopt);
}

TEST(Compile, ForAServerThatNobodyDescribedPermitsWhatTheMappingsSay) {
  const std::vector members{member("alice", 65000, {leased("3fff:999:1::/48")})};
  const std::vector nodes{machine(1, "alice"), machine(10, "alice")};
  const Compiled compiled = compile(members, nodes, Server{}, kNow);
  EXPECT_THAT(node_numbers(compiled), ElementsAre(1, 10));
  EXPECT_THAT(compiled.policy.leases(), ElementsAre(row("3fff:999:1::/48", 65000)));
  EXPECT_THAT(compiled.skipped, IsEmpty());
  EXPECT_THAT(compiled.contradictions, IsEmpty());
}

}  // namespace
}  // namespace peerlab::policy

#include "overlay/headscale.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <random>

#include "base/file.h"

namespace peerlab::overlay {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

// What a real Headscale of this version answered to GET /api/v1/node.
std::string recorded(const std::string& version) {
  return *read_file(PEERLAB_SOURCE_DIR "/tests/generator/fixtures/headscale-" + version + ".json");
}

std::string list_of(const std::string& nodes) { return R"({"nodes":[)" + nodes + "]}"; }

Readable<Node> read(const std::string& document) {
  const auto nodes = parse_nodes(document);
  EXPECT_TRUE(nodes) << document;
  return nodes.value_or(Readable<Node>{});
}

Node only_node(const std::string& members) {
  const Readable<Node> nodes = read(list_of("{" + members + "}"));
  EXPECT_THAT(nodes.skipped, IsEmpty());
  EXPECT_THAT(nodes.records, SizeIs(1)) << members;
  return nodes.records.empty() ? Node{*NodeId::make(1), {}, {}, {}, {}} : nodes.records.front();
}

Skipped only_skip(const std::string& node) {
  const Readable<Node> nodes = read(list_of(node));
  EXPECT_THAT(nodes.records, IsEmpty());
  EXPECT_THAT(nodes.skipped, SizeIs(1)) << node;
  return nodes.skipped.empty() ? Skipped{} : nodes.skipped.front();
}

class EveryHeadscale : public testing::TestWithParam<const char*> {};

TEST_P(EveryHeadscale, IsReadWithoutASkip) {
  const Readable<Node> nodes = read(recorded(GetParam()));
  EXPECT_THAT(nodes.skipped, IsEmpty());
  ASSERT_THAT(nodes.records, Not(IsEmpty()));
  EXPECT_EQ(nodes.records[0].id, *NodeId::make(1));
  EXPECT_THAT(nodes.records[0].ipv4, ElementsAre(*Ipv4::parse("100.64.0.1")));
  EXPECT_THAT(nodes.records[0].ipv6, ElementsAre(*Ipv6::parse("fd7a:115c:a1e0::1")));
  EXPECT_EQ(nodes.records[0].expiry, std::nullopt);
}

// No member is needed but the id, and null means absent.
TEST_P(EveryHeadscale, StaysReadableWithAnyOneMemberGoneOrNull) {
  const json::object first =
      json::parse(recorded(GetParam())).at("nodes").as_array().at(0).as_object();
  for (const auto& [name, value] : first) {
    if (name == "id") continue;
    json::object without = first, with_null = first;
    without.erase(name);
    with_null[name] = nullptr;
    for (const json::object& node : {without, with_null}) {
      const Readable<Node> nodes = read(list_of(json::serialize(node)));
      EXPECT_THAT(nodes.records, SizeIs(1)) << name;
    }
  }
}

TEST_P(EveryHeadscale, FailsOnlyByValueOnMutatedText) {
  const std::string text = recorded(GetParam());
  std::mt19937 random{11};
  for (int round = 0; round < 2000; ++round) {
    std::string mutated = text;
    for (std::size_t left = 1 + random() % 3; left > 0; --left) {
      mutated[random() % mutated.size()] = static_cast<char>(random());
    }
    if (random() % 8 == 0) mutated.resize(random() % mutated.size());
    (void)parse_nodes(mutated);
  }
}

INSTANTIATE_TEST_SUITE_P(Recorded, EveryHeadscale,
                         testing::Values("0.23.0", "0.26.1", "0.28.0", "0.29.2"),
                         [](const auto& version) {
                           std::string name{version.param};
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

TEST(Nodes, OfSignedInMembersCarryTheirProviderIdAndVerifiedEmail) {
  const Readable<Node> nodes = read(recorded("0.29.2"));
  ASSERT_THAT(nodes.records, SizeIs(8));
  EXPECT_EQ(nodes.records[3].owner,
            (NodeOwner{4, "https://idp.lab:9443/auth0%7C5457edea", "alice@example.org"}));
  EXPECT_EQ(nodes.records[4].owner,
            (NodeOwner{5, "https://idp.lab:9443/google-oauth2%7C1234", ""}));
}

TEST(Nodes, ThatAreTaggedBelongToNobody) {
  EXPECT_EQ(read(recorded("0.29.2")).records[0].owner, NodeOwner{});  // "tagged-devices"
  for (const char* const tags : {"tags", "forcedTags", "validTags"}) {
    const Node node = only_node(
        fmt::format(R"("id":"7","user":{{"id":"3","email":"a@x.org"}},"{}":["tag:ixp"])", tags));
    EXPECT_EQ(node.owner, NodeOwner{}) << tags;
  }
}

TEST(Nodes, OfHeadscale023KnowTheirUsersNumberOnly) {
  EXPECT_EQ(read(recorded("0.23.0")).records[0].owner, (NodeOwner{1, "", ""}));
}

TEST(Nodes, AreReadWithIdsAsTextAndAsNumber) {
  for (const char* const id : {R"("9007199254740993")", "9007199254740993"}) {
    const Node node = only_node(fmt::format(R"("id":12,"user":{{"id":{}}})", id));
    EXPECT_EQ(node.id, *NodeId::make(12));
    EXPECT_EQ(node.owner.user_id, 9007199254740993U) << id;
  }
}

TEST(Nodes, OfTheHighestUserNumberKeepIt) {
  for (const char* const id : {R"("18446744073709551615")", "18446744073709551615"}) {
    EXPECT_EQ(only_node(fmt::format(R"("id":1,"user":{{"id":{}}})", id)).owner.user_id,
              18446744073709551615U)
        << id;
  }
}

TEST(Nodes, WithANullUserStayAndBelongToNobody) {
  const Node node = only_node(R"("id":"4","user":null,"ipAddresses":["100.64.0.9"])");
  EXPECT_EQ(node.owner, NodeOwner{});
  EXPECT_THAT(node.ipv4, SizeIs(1));
}

TEST(Nodes, WithANullLastSeenAreLikeOthers) {
  EXPECT_EQ(only_node(R"("id":"4","lastSeen":null)").id, *NodeId::make(4));
}

// Which address counts, and whether there is exactly one, is the policy's decision.
TEST(Nodes, KeepEveryAddressTheyHave) {
  EXPECT_THAT(only_node(R"("id":"4","ipAddresses":["fd7a:115c:a1e0::4"])").ipv4, IsEmpty());
  EXPECT_THAT(only_node(R"("id":"4","ipAddresses":["10.0.0.1","100.64.0.1","100.64.0.2"])").ipv4,
              SizeIs(3));
}

TEST(Nodes, SpellNeverExpiringInThreeWays) {
  for (const char* const expiry :
       {"", R"(,"expiry":null)", R"(,"expiry":"0001-01-01T00:00:00Z")"}) {
    EXPECT_EQ(only_node(std::string{R"("id":"4")"} + expiry).expiry, std::nullopt) << expiry;
  }
}

TEST(Nodes, ExpireAtTheirInstantWithTheFractionCutOff) {
  EXPECT_EQ(only_node(R"("id":"4","expiry":"2026-11-24T00:00:00.987654321Z")").expiry,
            *parse_rfc3339("2026-11-24T00:00:00Z"));
}

TEST(Nodes, WithAnUnreadableExpiryAreSkippedAndNotTakenForEverlasting) {
  for (const char* const expiry : {"\"soon\"", "\"\"", "7", "{}", "\"2026-13-01T00:00:00Z\""}) {
    const Skipped skipped = only_skip(fmt::format(R"({{"id":"4","expiry":{}}})", expiry));
    EXPECT_EQ(skipped.what, "node 4");
    EXPECT_THAT(skipped.reason, HasSubstr("expiry")) << expiry;
  }
}

TEST(Nodes, WithoutAReadableIdAreNamedByTheirPosition) {
  for (const char* const node :
       {"{}", R"({"id":null})", R"({"id":"x"})", R"({"id":-1})", R"({"id":"0"})",
        R"({"id":"16777216"})", R"({"id":1.5})", "7", "null", "[]", R"("text")"}) {
    EXPECT_EQ(only_skip(node).what, "node at position 0") << node;
  }
}

TEST(Nodes, AreLeftOutOneByOne) {
  const Readable<Node> nodes = read(list_of(
      R"({"id":"1"},{"id":"2","ipAddresses":"100.64.0.2"},{"id":"3","ipAddresses":["fe80::1%eth0"]},{"id":"4"})"));
  EXPECT_THAT(nodes.records, SizeIs(2));
  EXPECT_THAT(nodes.skipped, ElementsAre(testing::Field(&Skipped::what, "node 2"),
                                         testing::Field(&Skipped::what, "node 3")));
}

TEST(Nodes, PassAnEmailWithALineBreakOnAsAValueAndNeverIntoAReason) {
  const std::string members =
      R"("id":"4","user":{"id":"1","email":"a@x.org\n}\nprotocol bgp evil {"})";
  EXPECT_EQ(only_node(members).owner.email, "a@x.org\n}\nprotocol bgp evil {");
  const Skipped skipped = only_skip("{" + members + R"(,"expiry":1})");
  EXPECT_THAT(skipped.what + skipped.reason, Not(HasSubstr("evil")));
}

TEST(Nodes, NeverPutRawTextOfAnAddressIntoAReason) {
  EXPECT_THAT(only_skip(R"({"id":"4","ipAddresses":["100.64.0.1\n}"]})").reason,
              Not(HasSubstr("\n")));
}

TEST(NodeList, IsRefusedAsAWholeWhereItIsNone) {
  EXPECT_EQ(parse_nodes("").error().kind, ErrorKind::Malformed);
  EXPECT_EQ(parse_nodes("Unauthorized").error().kind, ErrorKind::Malformed);
  for (const char* const text : {"[]", "{}", R"({"nodes":null})", R"({"nodes":{}})",
                                 R"({"code":5,"message":"Not Found","details":[]})"}) {
    EXPECT_EQ(parse_nodes(text).error().kind, ErrorKind::Unprocessable) << text;
  }
}

TEST(NodeList, MayBeEmpty) { EXPECT_THAT(read(list_of("")).records, IsEmpty()); }

}  // namespace
}  // namespace peerlab::overlay

// Records no honest source would send (issue 3, 8): each is left out with its reason, everybody
// else is served.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "base/text.h"
#include "tests/generator/ixp_server.h"

namespace peerlab::generator_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing_support::http_answer;

class OddRecords : public testing::Test {
 protected:
  void SetUp() override { SKIP_WITHOUT_NAMESPACES(); }
  // Member 1 is honest and stays served, whatever else stands in the answers.
  static std::string served_beside(IxpServer& server) {
    const Outcome outcome = server.generate();
    EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
    EXPECT_TRUE(has_session(server.policy(), 1) && has_lease(server.policy(), 1));
    EXPECT_THAT(server.bird_says("show protocols"), HasSubstr("peerlab_n1"));
    return outcome.errors;
  }
};

struct OddNode {
  const char* claim;
  std::string json;
  const char* reason;  // "" where it is served
};

// Each stands for member 2's machine.
std::vector<OddNode> odd_nodes() {
  const auto changed = [](std::string_view from, std::string_view to) {
    std::string json = node(2);
    const auto at = json.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return json.replace(at, from.size(), to);
  };
  const std::string user =
      R"({"id":"2","name":"m2","email":"Member-2@Example.org","providerId":""})";
  return {{"null user", changed(user, "null"), "node 2: "},
          {"null lastSeen", changed("\"2026-11-23T08:00:00.123Z\"", "null"), ""},
          {"null expiry made a number", changed("\"expiry\":null", "\"expiry\":7"),
           "node 2: its expiry is no time"},
          {"expired", changed("\"expiry\":null", "\"expiry\":\"2026-01-01T00:00:00Z\""),
           "node 2: expired"},
          {"no IPv4", changed("\"100.64.0.2\",", ""),
           "node 2: needs exactly one IPv4 address inside 100.64.0.0/10"},
          {"two IPv4", changed("\"100.64.0.2\",", "\"100.64.0.2\",\"100.64.0.3\","),
           "node 2: needs exactly one IPv4 address inside 100.64.0.0/10"},
          {"outside the overlay", changed("100.64.0.2", "192.0.2.2"),
           "node 2: needs exactly one IPv4 address inside 100.64.0.0/10"},
          {"BIRD code as address", changed("100.64.0.2", "100.64.0.2/32 as 65002; }"),
           "node 2: '100.64.0.2/32 as 65002; }' among its addresses is none"},
          {"tagged", changed("\"tags\":[]", "\"tags\":[\"tag:ixp\"]"), "node 2: "},
          {"this server's own address", changed("100.64.0.2", "100.64.0.200"),
           "CONTRADICTION, left out: node 2: it has this IXP server's own address"},
          {"no object", "7", "node at position 1: it is no JSON object"}};
}

TEST_F(OddRecords, AnOddNodeIsLeftOutWithItsReasonAndTheOtherServed) {
  IxpServer server;
  server.tell_mappings({member(1, in_an_hour()), member(2, in_an_hour())});
  for (const OddNode& odd : odd_nodes()) {
    SCOPED_TRACE(odd.claim);
    server.tell_nodes({node(1), node(2)});
    served_beside(server);
    server.tell_nodes({node(1), odd.json});
    const std::string said = served_beside(server);
    EXPECT_EQ(has_session(server.policy(), 2), *odd.reason == '\0');
    EXPECT_THAT(said, HasSubstr(odd.reason));
  }
}

// The reason is said when it is new, not every minute again.
TEST_F(OddRecords, AreToldOnceUntilTheyChange) {
  IxpServer server;
  server.tell_mappings({member(1, in_an_hour()), member(2, in_an_hour())});
  server.tell_nodes({node(1), "7"});
  EXPECT_THAT(served_beside(server), HasSubstr("position 1"));
  EXPECT_THAT(served_beside(server), IsEmpty());
  server.tell_nodes({"7", node(1)});
  EXPECT_THAT(served_beside(server), HasSubstr("position 0"));
}

TEST_F(OddRecords, AnEmailWithALineBreakAndBirdCodeLeavesNoTrace) {
  IxpServer server;
  Mapping odd = member(2, in_an_hour());
  odd.email = "a@x.org\n}\nprotocol static evil { ipv6; }\n#";
  server.tell_mappings({member(1, in_an_hour()), odd});
  std::string machine = node(2);
  const std::string_view email = "Member-2@Example.org";
  machine.replace(machine.find(email), email.size(),
                  R"(a@x.org\n}\nprotocol static evil { ipv6; }\n#)");
  server.tell_nodes({node(1), machine});
  const std::string said = served_beside(server);
  EXPECT_THAT(server.policy() + said, Not(HasSubstr("evil")));
  EXPECT_THAT(server.policy(), Not(HasSubstr("x.org")));
  EXPECT_THAT(server.bird_says("show protocols"), Not(HasSubstr("evil")));
}

std::string mapping_json(unsigned number, const std::string& members) {
  return fmt::format(R"({{"user_hash":"{}","email":"member-{}@example.org","asn":{},{}}})",
                     member(number, in_an_hour()).user.text(), number, 65000 + number, members);
}

void tell_mapping_texts(IxpServer& server, const std::vector<std::string>& texts) {
  std::string body;
  for (const std::string& text : texts) body += (body.empty() ? "" : ",") + text;
  server.gateway.answer(http_answer("200 OK", R"({"mappings":[)" + body + "]}"));
}

TEST_F(OddRecords, ABadPrefixLeavesItsMappingAndEverybodyElseStanding) {
  IxpServer server;
  server.tell_nodes({node(1), node(2)});
  for (const auto& [prefix, reason] :
       {std::pair{"3fff:100:9:1::/48", "did you mean 3fff:100:9::/48"},
        std::pair{"3fff:100:8::/47", "prefix"},
        std::pair{"2001:db8::/48", "outside this site's pool"},
        std::pair{"3fff:100:9::/48, ::/0+", "prefix"}}) {
    tell_mapping_texts(
        server, {mapping_json(1, R"("prefixes":["3fff:100:1::/48"])"),
                 mapping_json(2, fmt::format(R"("prefixes":["{}","3fff:100:2::/48"])", prefix))});
    EXPECT_THAT(served_beside(server), HasSubstr(reason));
    EXPECT_TRUE(has_lease(server.policy(), 2));
    EXPECT_THAT(server.policy(), Not(HasSubstr("3fff:100:9:")));
    EXPECT_THAT(server.policy(), Not(HasSubstr("2001:db8:")));
  }
}

TEST_F(OddRecords, OnePrefixForTwoOwnersLeavesBothAndTheirOtherPrefixesStay) {
  IxpServer server;
  server.tell_nodes({node(1), node(2), node(3)});
  tell_mapping_texts(server,
                     {mapping_json(1, R"("prefixes":["3fff:100:1::/48"])"),
                      mapping_json(2, R"("prefixes":["3fff:100:9::/48","3fff:100:2::/48"])"),
                      mapping_json(3, R"("prefixes":["3fff:100:9::/48"])")});
  EXPECT_THAT(served_beside(server), HasSubstr("CONTRADICTION, left out: prefix 3fff:100:9::/48"));
  EXPECT_THAT(server.policy(), Not(HasSubstr("3fff:100:9:")));
  EXPECT_TRUE(has_lease(server.policy(), 2));
  EXPECT_TRUE(has_session(server.policy(), 3));
}

TEST_F(OddRecords, OneAsnForTwoMembersLeavesBoth) {
  IxpServer server;
  Mapping twin = member(3, in_an_hour());
  twin.asn = member(2, in_an_hour()).asn;
  server.tell_mappings({member(1, in_an_hour()), member(2, in_an_hour()), twin});
  server.tell_nodes({node(1), node(2), node(3)});
  EXPECT_THAT(served_beside(server), HasSubstr("CONTRADICTION"));
  EXPECT_FALSE(has_session(server.policy(), 2));
  EXPECT_THAT(server.policy(), Not(HasSubstr("as 65002")));
}

TEST_F(OddRecords, AnUnreadableMappingIsNamedByItsHashOnly) {
  IxpServer server;
  server.tell_nodes({node(1), node(2)});
  tell_mapping_texts(server, {mapping_json(1, R"("prefixes":["3fff:100:1::/48"])"), "7", "null",
                              R"({"user_hash":"x","asn":65003,"email":"carol@example.org"})"});
  EXPECT_THAT(served_beside(server), Not(HasSubstr("carol")));
}

TEST_F(OddRecords, AMemberWithoutEmailIsNamedAndNotDroppedInSilence) {
  IxpServer server;
  Mapping nameless = member(2, in_an_hour());
  nameless.email.reset();
  server.tell_mappings({member(1, in_an_hour()), nameless});
  server.tell_nodes({node(1), node(2)});
  EXPECT_THAT(served_beside(server), HasSubstr("skipped node 2: "));
}

}  // namespace
}  // namespace peerlab::generator_test

#include "policy/join.h"

#include <gmock/gmock.h>

#include "tests/support/facts/facts.h"

namespace peerlab::policy {
namespace {

using testing_support::machine;
using testing_support::member;

// The subject's number in the table below, or nothing.
struct Row {
  const char* what;
  NodeOwner owner;
  const char* joins;  // "": nobody
};

TEST(Join, GoesByProviderIdThenByOverlayUserThenByEMail) {
  Mapping alice = member("alice", 65000), bob = member("bob", 65001),
          carol = member("carol", 65002);
  alice.overlay_user_ids = {7};
  bob.email = "Bob@Example.org";
  carol.provider_id.clear();  // her gateway does not say
  carol.overlay_user_ids = {8};
  carol.email = "carol@example.org";
  const std::vector members{alice, bob, carol};
  const MemberIndex index{members};
  const std::vector<Row> table{
      {"provider id", {0, "https://issuer/alice", ""}, "alice"},
      {"provider id before overlay user and e-mail",
       {8, "https://issuer/alice", "bob@example.org"},
       "alice"},
      {"overlay user", {7, "", ""}, "alice"},
      {"overlay user before e-mail", {8, "", "bob@example.org"}, "carol"},
      {"e-mail without case", {0, "", "bOB@eXAMPLE.ORG"}, "bob"},
      {"e-mail where the overlay user is unknown", {99, "", "bob@example.org"}, "bob"},
      {"a different provider id overrules the overlay user", {7, "https://issuer/mallory", ""}, ""},
      {"and the e-mail", {0, "https://issuer/mallory", "bob@example.org"}, ""},
      {"but not where the member's is unknown", {8, "https://issuer/mallory", ""}, "carol"},
      {"a provider id of other case is another one", {0, "https://issuer/Alice", ""}, ""},
      {"nothing known", {0, "", ""}, ""},
      {"e-mail of nobody", {0, "", "mallory@example.org"}, ""}};
  for (const Row& row : table) {
    Node node = machine(10, "x");
    node.owner = row.owner;
    const Joined joined = index.owner_of(node);
    ASSERT_EQ(joined.mapping == nullptr, std::string{row.joins}.empty()) << row.what;
    if (joined.mapping) {
      EXPECT_EQ(joined.mapping->user, UserHash::of(*Subject::parse(row.joins))) << row.what;
    } else {
      EXPECT_FALSE(joined.why_not.empty()) << row.what;
    }
  }
}

TEST(Join, AKeyOfTwoMembersNamesNobodyAndNoWeakerKeyGuesses) {
  Mapping alice = member("alice", 65000), bob = member("bob", 65001),
          carol = member("carol", 65002);
  bob.provider_id = alice.provider_id;
  alice.overlay_user_ids = bob.overlay_user_ids = {7};
  alice.email = "shared@example.org";
  bob.email = "SHARED@example.org";
  carol.email = "carol@example.org";
  carol.provider_id.clear();
  const std::vector members{alice, bob, carol};
  const MemberIndex index{members};
  for (const NodeOwner& owner :
       {NodeOwner{0, alice.provider_id, "carol@example.org"}, NodeOwner{7, "", "carol@example.org"},
        NodeOwner{0, "", "shared@example.org"}}) {
    Node node = machine(10, "x");
    node.owner = owner;
    EXPECT_EQ(index.owner_of(node).mapping, nullptr) << owner.user_id << owner.provider_id;
    EXPECT_THAT(std::string{index.owner_of(node).why_not}, testing::HasSubstr("more than one"));
  }
}

TEST(Join, NumberZeroIsNoOverlayUser) {
  Mapping alice = member("alice", 65000);
  alice.overlay_user_ids = {0};
  const std::vector members{alice};
  Node node = machine(10, "x");
  node.owner = {};
  EXPECT_EQ(MemberIndex{members}.owner_of(node).mapping, nullptr);
}

}  // namespace
}  // namespace peerlab::policy

#include "lab/plan.h"

#include <gmock/gmock.h>

#include <map>
#include <set>

#include "lab/bridge_overlay.h"
#include "overlay/headscale.h"

namespace peerlab::lab {
namespace {

Plan plan_for(int members) {
  LabOptions options;
  options.members = members;
  return *make_plan(options);
}

TEST(Plan, HasAliceAndBobFromTwoToFiftyMembers) {
  for (int members = 2; members <= 50; ++members) {
    const Plan plan = plan_for(members);
    EXPECT_EQ(plan.members.size(), static_cast<std::size_t>(members));
    EXPECT_EQ(plan.alice().node.name, "alice");
    EXPECT_EQ(plan.bob().node.name, "bob");
  }
  for (const int members : {-1, 0, 1, 51}) {
    LabOptions options;
    options.members = members;
    EXPECT_EQ(make_plan(options).error().kind, ErrorKind::OutOfRange) << members;
  }
}

TEST(Plan, GivesNoIdAddressOrNamespaceTwice) {
  const Plan plan = plan_for(50);
  std::vector<OverlayNode> machines = plan.known_nodes();
  machines.push_back(plan.stranger);
  std::set<NodeId> ids;
  std::set<Ipv4> ipv4;
  std::set<Ipv6> ipv6;
  std::set<std::string> names;
  for (const OverlayNode& machine : machines) {
    EXPECT_TRUE(machine.ipv4.in_overlay());
    EXPECT_TRUE(machine.ipv6.in_overlay());
    ids.insert(machine.id);
    ipv4.insert(machine.ipv4);
    ipv6.insert(machine.ipv6);
    names.insert(machine.name);
  }
  EXPECT_EQ(ids.size(), machines.size());
  EXPECT_EQ(ipv4.size(), machines.size());
  EXPECT_EQ(ipv6.size(), machines.size());
  EXPECT_EQ(names.size(), machines.size());
}

TEST(Plan, ListsTheStrangerNowhere) {
  const Plan plan = plan_for(2);
  for (const OverlayNode& node : plan.known_nodes()) EXPECT_NE(node.id, plan.stranger.id);
}

TEST(NodeList, IsReadByTheAdapterOfTheRealThing) {
  const Plan plan = plan_for(3);
  const auto read = overlay::parse_nodes(node_list_json(plan.known_nodes()));
  ASSERT_TRUE(read);
  std::map<std::string, int> machines;  // by owner
  for (const Node& node : read->records) ++machines[node.owner.provider_id];
  EXPECT_TRUE(read->skipped.empty());
  EXPECT_EQ(machines.size(), 4U);
  EXPECT_EQ(machines[""], 2) << "the IXP servers are nobody's";
  EXPECT_EQ(machines[overlay::provider_id(kIssuer, "lab|alice")], 2) << "she has another machine";
  EXPECT_EQ(machines[overlay::provider_id(kIssuer, "lab|bob")], 1);
}

}  // namespace
}  // namespace peerlab::lab

#include "confgen/guard.h"

#include <gmock/gmock.h>

namespace peerlab::confgen {
namespace {

using std::chrono::hours;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

const Instant kNow = *parse_rfc3339("2026-11-23T14:00:00Z");

Mapping member(std::uint32_t number) {
  const auto window = LeaseWindow::starting(kNow, hours{1});
  return {UserHash::of(*Subject::parse("auth0|" + std::to_string(number))),
          *Asn::make(65000 + number),
          {{Prefix48::from_network(0x3fff01000000 + number), window}}};
}

Node machine(std::uint32_t number) {
  return {*NodeId::make(number), {}, {Ipv4::from_number(0x64400000 + number)}, {}, {}};
}

// Members and their machines number 1 to `count`.
Facts facts_of(std::uint32_t count) {
  Facts facts{std::vector<Mapping>{}, std::vector<Node>{}};
  for (std::uint32_t number = 1; number <= count; ++number) {
    facts.mappings->push_back(member(number));
    facts.nodes->push_back(machine(number));
  }
  return facts;
}

Guarded guard(const Facts& before, const Facts& fresh) {
  return guard_shrink(before, fresh, std::nullopt, false);
}

struct Shrink {
  std::uint32_t before, after;
  bool held;
};

// To nothing from any number; else by more than 30 % and more than 3.
TEST(Guard, HoldsWhatShrinksToNothingOrByMoreThanThreeInTenAndThree) {
  for (const Shrink& shrink :
       {Shrink{0, 0, false}, Shrink{1, 0, true}, Shrink{3, 0, true}, Shrink{4, 1, false},
        Shrink{5, 1, true}, Shrink{10, 7, false}, Shrink{13, 9, true}, Shrink{14, 10, false},
        Shrink{20, 14, false}, Shrink{20, 13, true}, Shrink{1000, 700, false},
        Shrink{1000, 699, true}, Shrink{5, 5, false}, Shrink{5, 50, false}}) {
    const Facts before = facts_of(shrink.before), fresh = facts_of(shrink.after);
    const Facts fewer_members{fresh.mappings, before.nodes},
        fewer_nodes{before.mappings, fresh.nodes};
    for (const Facts& answer : {fresh, fewer_members, fewer_nodes}) {
      const Guarded guarded = guard(before, answer);
      EXPECT_EQ(guarded.held.has_value(), shrink.held) << shrink.before << " to " << shrink.after;
      if (!shrink.held) {
        EXPECT_EQ(guarded.facts, answer);
      }
    }
  }
}

// Ten who left and ten who came are no standstill.
TEST(Guard, CountsWhoLeftAndNotHowManyThereAre) {
  Facts others = facts_of(10);
  for (Mapping& mapping : *others.mappings) mapping = member(100 + mapping.asn.number());
  EXPECT_TRUE(guard(facts_of(10), others).held);
}

TEST(Guard, NamesTheSourceAndBothNumbers) {
  EXPECT_THAT(guard(facts_of(5), {facts_of(0).mappings, facts_of(5).nodes}).why,
              HasSubstr("gateway names 0 of the 5 members"));
  EXPECT_THAT(guard(facts_of(5), {facts_of(5).mappings, facts_of(1).nodes}).why,
              HasSubstr("Headscale names 1 of the 5 nodes"));
}

TEST(Guard, ReleasesTheSameAnswerTheSecondTime) {
  const Guarded first = guard(facts_of(10), facts_of(2));
  ASSERT_TRUE(first.held);
  const Guarded second = guard_shrink(first.facts, facts_of(2), first.held, false);
  EXPECT_FALSE(second.held);
  EXPECT_EQ(second.facts, facts_of(2));
}

TEST(Guard, HoldsAnotherShrunkenAnswerAnew) {
  const Guarded first = guard(facts_of(10), facts_of(2));
  const Guarded second = guard_shrink(first.facts, facts_of(1), first.held, false);
  EXPECT_TRUE(second.held);
  EXPECT_NE(second.held, first.held);
}

TEST(Guard, ForgetsWhatItHeldAfterAHealthyAnswer) {
  const Guarded first = guard(facts_of(10), facts_of(2));
  const Guarded second = guard_shrink(first.facts, facts_of(10), first.held, false);
  EXPECT_EQ(second.facts, facts_of(10));
  EXPECT_FALSE(second.held);
}

TEST(Guard, ActsAtOnceWhenTold) {
  const Guarded guarded = guard_shrink(facts_of(10), facts_of(0), std::nullopt, true);
  EXPECT_FALSE(guarded.held);
  EXPECT_EQ(guarded.facts, facts_of(0));
}

TEST(Guard, KeepsWhoVanishedAndLetsNewcomersAndChangesPassWhileItHolds) {
  Facts fresh = facts_of(2);
  fresh.mappings->push_back(member(40));
  fresh.nodes->push_back(machine(40));
  fresh.mappings->at(0).leases.clear();
  const Guarded guarded = guard(facts_of(10), fresh);
  ASSERT_TRUE(guarded.held);
  EXPECT_THAT(*guarded.facts.mappings, SizeIs(11));
  EXPECT_THAT(*guarded.facts.mappings, Contains(member(40)));
  EXPECT_THAT(*guarded.facts.mappings, Contains(member(10)));
  EXPECT_THAT(*guarded.facts.mappings, Contains(fresh.mappings->at(0)));
  EXPECT_THAT(*guarded.facts.mappings, Not(Contains(member(1))));
  EXPECT_THAT(*guarded.facts.nodes, SizeIs(11));
}

// Headscale gives a deleted node's address out again, the gateway an ended lease's prefix: the
// newcomer must not be a contradiction with somebody who is only kept.
TEST(Guard, KeepsNobodyWhoseAddressAsnOrPrefixAFreshRecordHas) {
  Facts fresh = facts_of(2);
  Node newcomer = machine(40);
  newcomer.ipv4 = machine(10).ipv4;
  fresh.nodes->push_back(newcomer);
  Mapping same_asn = member(40), same_prefix = member(41);
  same_asn.asn = member(10).asn;
  same_prefix.leases = member(9).leases;
  fresh.mappings->push_back(same_asn);
  fresh.mappings->push_back(same_prefix);
  const Guarded guarded = guard(facts_of(10), fresh);
  ASSERT_TRUE(guarded.held);
  EXPECT_THAT(*guarded.facts.nodes, Not(Contains(machine(10))));
  EXPECT_THAT(*guarded.facts.mappings, Not(Contains(member(10))));
  EXPECT_THAT(*guarded.facts.mappings, Not(Contains(member(9))));
  EXPECT_THAT(*guarded.facts.mappings, Contains(member(8)));
}

TEST(Guard, HasNothingToCompareBeforeBothSourcesAnsweredOnce) {
  EXPECT_FALSE(guard({}, facts_of(0)).held);
  EXPECT_FALSE(guard({facts_of(5).mappings, std::nullopt}, facts_of(0)).held);
}

}  // namespace
}  // namespace peerlab::confgen

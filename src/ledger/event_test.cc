#include "ledger/event.h"

#include <gmock/gmock.h>

namespace peerlab {
namespace {

const Instant kNoon{std::chrono::seconds{1'795'000'000}};

Event leased() {
  return {7,
          kNoon,
          EventKind::Leased,
          3,
          "member",
          std::nullopt,
          *Prefix48::parse("3fff:100::/48"),
          LeaseWindow::starting(kNoon, std::chrono::hours{1}),
          ""};
}

TEST(Event, EveryKindHasAName) {
  for (int kind = 0; kind < kEventKinds; ++kind) {
    const auto one = static_cast<EventKind>(kind);
    EXPECT_EQ(parse_event_kind(name_of(one)), one);
  }
  EXPECT_FALSE(parse_event_kind("danced"));
}

// Whoever checks the chain with other tools has to write this line.
TEST(Event, IsOneLineInAFixedOrder) {
  EXPECT_EQ(canonical(leased()),
            "id=7 at=1795000000 kind=leased member=3 actor=member prefix=3fff:100::/48 "
            "begin=1795000000 end=1795003600");
  Event suspended{8, kNoon, EventKind::Suspended, 3, "olga o"};
  suspended.note = "50 % off\nend=1";
  EXPECT_EQ(
      canonical(suspended),
      "id=8 at=1795000000 kind=suspended member=3 actor=olga%20o note=50%20%25%20off%0aend=1");
}

TEST(Event, WhatAValueSaysCannotPassForAnotherField) {
  Event honest = leased(), forged = leased();
  honest.note = "x";
  forged.actor = "member note=x";
  EXPECT_NE(canonical(honest), canonical(forged));
}

TEST(Event, ALinkDependsOnAllBeforeItAndOnEveryField) {
  const std::string link = link_of(first_link(), leased());
  EXPECT_EQ(link.size(), 64U);
  EXPECT_NE(link_of(link, leased()), link);
  std::vector<Event> others(8, leased());
  others[0].id = 8;
  others[1].at += std::chrono::seconds{1};
  others[2].kind = EventKind::Renewed;
  others[3].member = 4;
  others[4].actor = "olga";
  others[5].prefix = *Prefix48::parse("3fff:100:1::/48");
  others[6].window = LeaseWindow::starting(kNoon, std::chrono::hours{2});
  others[7].note = "n";
  for (const Event& other : others) EXPECT_NE(link_of(first_link(), other), link);
}

}  // namespace
}  // namespace peerlab

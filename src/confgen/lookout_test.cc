// --watch without threads: news and clocks in, turns out.
#include "confgen/lookout.h"

#include <gmock/gmock.h>

#include <random>

#include "confgen/exit_code.h"
#include "confgen/guard.h"
#include "confgen/next_change.h"

namespace peerlab::confgen {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;

const Instant kNow = *parse_rfc3339("2026-11-23T14:00:00Z");

Mapping member(std::uint32_t number, Instant end = kNow + 1h, Instant begin = kNow) {
  return {UserHash::of(*Subject::parse("auth0|" + std::to_string(number))),
          *Asn::make(65000 + number),
          {{Prefix48::from_network(0x3fff01000000 + number), *LeaseWindow::make(begin, end)}}};
}

Node machine(std::uint32_t number) {
  return {*NodeId::make(number), {}, {Ipv4::from_number(0x64400000 + number)}, {}, {}};
}

std::vector<Mapping> members(std::uint32_t count) {
  std::vector<Mapping> list;
  for (std::uint32_t number = 1; number <= count; ++number) list.push_back(member(number));
  return list;
}

std::vector<Node> machines(std::uint32_t count) {
  std::vector<Node> list;
  for (std::uint32_t number = 1; number <= count; ++number) list.push_back(machine(number));
  return list;
}

// A lookout whose turns are taken as the program takes them, but for BIRD.
class Watched {
 public:
  explicit Watched(Facts last_good = {})
      : kept_{std::move(last_good), {}}, lookout_{kept_.facts, "Headscale", read()} {}

  [[nodiscard]] ClockReading read() const { return {truth + step, running}; }
  [[nodiscard]] bool due() const { return lookout_.due(read()); }

  // Moves on by a tenth of a second at a time; everything due is done.
  void pass(milliseconds time) {
    for (const milliseconds end = running + time; running < end; truth += 100ms, running += 100ms)
      act();
    act();
  }
  void act() {
    for (int more = 0; lookout_.due(read()); ++more) {
      ASSERT_LT(more, 3) << "it is always due";
      const Guarded guarded =
          guard_shrink(kept_.facts, lookout_.collected().facts, lookout_.confirmed(read()), false);
      kept_.facts = guarded.facts, kept_.state = {std::nullopt, guarded.held};
      acted_at.push_back(lookout_.now(read()));
      lookout_.acted({exit_code, problem, guarded.why}, kept_, read());
    }
    for (std::string& line : lookout_.lines(read())) lines.push_back(std::move(line));
  }
  void gateway_says(std::vector<Mapping> mappings) {
    lookout_.hear(MappingsNews{
        MappingsAnswer{Readable<Mapping>{std::move(mappings), {}}, "e", date()}, read()});
    act();
  }
  void gateway_says_the_same() {
    lookout_.hear(MappingsNews{MappingsAnswer{std::nullopt, "e", date()}, read()});
    act();
  }
  void gateway_fails() {
    lookout_.hear(MappingsNews{fail(ErrorKind::Unavailable, "it answered 503"), read()});
    act();
  }
  void headscale_says(std::vector<Node> nodes) {
    lookout_.hear(NodesNews{Readable<Node>{std::move(nodes), {}}, read()});
    act();
  }
  // The member is in quarantine from now on.
  void quarantine(std::uint32_t number, std::chrono::seconds length) {
    const Instant now = lookout_.now(read());
    kept_.changes.members.insert_or_assign(
        member(number).user,
        ChangeStanding{
            {.left = 3, .penalty = 0, .at = now, .quarantine = Quarantine{now, now + length}}});
    lookout_.quarantine_changed();
    act();
  }
  void headscale_fails() {
    lookout_.hear(NodesNews{fail(ErrorKind::TimedOut, "it did not answer in time"), read()});
    act();
  }
  // Who holds a lease by the last turn.
  [[nodiscard]] std::size_t leases() const {
    std::size_t count = 0;
    for (const Mapping& mapping : *kept_.facts.mappings) {
      for (const LeasedPrefix& lease : mapping.leases)
        count += lease.in_force(acted_at.back()) ? 1 : 0;
    }
    return count;
  }
  [[nodiscard]] std::size_t turns() const { return acted_at.size(); }
  [[nodiscard]] const Facts& facts() const { return kept_.facts; }

  Moment truth{kNow + 200ms};
  milliseconds running{1000}, step{0};
  int exit_code = exit_code::kDone;
  std::string problem;
  std::vector<Instant> acted_at;
  std::vector<std::string> lines;

 private:
  [[nodiscard]] Instant date() const { return std::chrono::floor<std::chrono::seconds>(truth); }
  Kept kept_;
  Lookout lookout_;
};

TEST(Lookout, ActsOnceBothSourcesHaveAnswered) {
  Watched watched;
  watched.gateway_says(members(2));
  EXPECT_EQ(watched.turns(), 0U);
  watched.headscale_says(machines(2));
  EXPECT_EQ(watched.turns(), 1U);
  EXPECT_EQ(watched.facts(), (Facts{members(2), machines(2)}));
}

TEST(Lookout, ActsWhereAQuarantineBeginsAndAtItsEnd) {
  Watched watched;
  watched.gateway_says(members(2));
  watched.headscale_says(machines(2));
  watched.quarantine(1, std::chrono::seconds{7});
  EXPECT_EQ(watched.turns(), 2U);
  const Instant end = watched.acted_at.back() + std::chrono::seconds{7};
  watched.pass(std::chrono::seconds{20});
  ASSERT_EQ(watched.turns(), 3U);
  EXPECT_EQ(watched.acted_at.back(), end);
}

TEST(Lookout, ActsOnWhatChangedAndOnNothingElse) {
  Watched watched;
  watched.gateway_says(members(2));
  watched.headscale_says(machines(2));
  watched.gateway_says(members(2));
  watched.gateway_says_the_same();
  watched.headscale_says(machines(2));
  EXPECT_EQ(watched.turns(), 1U);
  watched.gateway_says(members(3));
  EXPECT_EQ(watched.turns(), 2U);
  watched.headscale_says(machines(3));
  EXPECT_EQ(watched.turns(), 3U);
}

TEST(Lookout, LooksAtTheFileOnceAMinuteWhereNothingChanges) {
  Watched watched;
  watched.gateway_says(members(2));
  watched.headscale_says(machines(2));
  watched.pass(10min);
  EXPECT_EQ(watched.turns(), 11U);
}

TEST(Lookout, GoesOnFromTheLastGoodFactsWhereNobodyAnswers) {
  Watched watched{{members(2), machines(2)}};
  watched.gateway_fails();
  EXPECT_EQ(watched.turns(), 0U);
  watched.headscale_fails();
  EXPECT_EQ(watched.turns(), 1U);
  watched.pass(1h);
  EXPECT_EQ(watched.leases(), 0U);
  EXPECT_THAT(watched.lines, ElementsAre(HasSubstr("the last good facts stay"),
                                         HasSubstr("the last good facts stay")));
}

TEST(Lookout, LeavesThePolicyAloneWhileNothingIsKnown) {
  Watched watched;
  watched.gateway_fails();
  watched.headscale_says(machines(2));
  watched.pass(1h);
  EXPECT_EQ(watched.turns(), 0U);
  EXPECT_THAT(watched.lines, ElementsAre(HasSubstr("the policy on disk stays")));
}

// Random windows, answers and outages: after every tenth of a second the policy is that of now.
TEST(Lookout, MissesNoBeginAndNoEnd) {
  std::mt19937 random{11};
  for (int life = 0; life < 30; ++life) {
    Watched watched;
    std::vector<Mapping> now_held;
    watched.headscale_says(machines(5));
    for (int event = 0; event < 40; ++event) {
      if (random() % 2 == 0) {
        now_held.clear();
        for (std::uint32_t number = 1; number <= 5; ++number) {
          const Instant begin = kNow + std::chrono::seconds{random() % 60};
          now_held.push_back(
              member(number, begin + std::chrono::seconds{1 + random() % 20}, begin));
        }
      }
      if (random() % 3 == 0)
        watched.gateway_fails();
      else
        watched.gateway_says(now_held);
      for (int step = 0; step < 20 && watched.turns() > 0; ++step) {
        watched.pass(100ms);
        std::size_t in_force = 0;
        for (const Mapping& mapping : *watched.facts().mappings) {
          in_force +=
              mapping.leases[0].in_force(std::chrono::floor<std::chrono::seconds>(watched.truth))
                  ? 1
                  : 0;
        }
        ASSERT_EQ(watched.leases(), in_force) << "life " << life << " event " << event;
      }
    }
  }
}

TEST(Lookout, LetsNoLeaseOutliveItsEndWhereTheClockIsSteppedBack) {
  for (const bool gateway_up : {true, false}) {
    Watched watched;
    watched.gateway_says(members(2));
    watched.headscale_says(machines(2));
    watched.pass(30min);
    watched.step = -1h;
    for (int minute = 0; minute < 30; ++minute) {
      if (gateway_up) watched.gateway_says_the_same();
      watched.pass(1min);
    }
    EXPECT_EQ(watched.leases(), 0U);
    ASSERT_THAT(watched.lines, testing::SizeIs(1));
    EXPECT_THAT(watched.lines[0], HasSubstr("s behind the time by which leases end"));
  }
}

TEST(Lookout, GivesBackWhatAForwardStepTookOnceTheGatewayIsHeard) {
  Watched watched;
  watched.gateway_says(members(2));
  watched.headscale_says(machines(2));
  watched.gateway_fails();
  watched.pass(2min);
  watched.step = 1h;
  watched.pass(61s);
  EXPECT_EQ(watched.leases(), 0U);
  watched.gateway_says(members(2));
  EXPECT_EQ(watched.leases(), 2U);
}

TEST(Lookout, GivesBackAtOnceWhatAForwardStepTookWhereTheStepIsUndone) {
  Watched watched;
  watched.gateway_says(members(2));
  watched.headscale_says(machines(2));
  watched.gateway_fails();
  watched.pass(2min);
  watched.step = 1h;
  watched.pass(61s);
  EXPECT_EQ(watched.leases(), 0U);
  watched.step = 0ms;
  watched.pass(100ms);
  EXPECT_EQ(watched.leases(), 2U);
}

TEST(Lookout, SaysOnceThatASourceIsDownAndOnceThatItIsBack) {
  Watched watched;
  watched.gateway_says(members(2));
  watched.headscale_says(machines(2));
  for (int i = 0; i < 5; ++i) watched.gateway_fails();
  watched.gateway_says_the_same();
  watched.gateway_says_the_same();
  watched.headscale_fails();
  watched.headscale_fails();
  watched.headscale_says(machines(2));
  EXPECT_THAT(
      watched.lines,
      ElementsAre("the gateway: it answered 503; the last good facts stay, minus what ends",
                  "the gateway answers again", HasSubstr("Headscale: it did not answer in time"),
                  "Headscale answers again"));
  EXPECT_EQ(watched.turns(), 5U) << "one for each, so that `status` knows";
}

TEST(Lookout, TriesAgainSoonWhereATurnFailedAndSaysWhyOnce) {
  Watched watched;
  watched.exit_code = exit_code::kBirdDown;
  watched.problem = "BIRD is not reachable";
  watched.gateway_says(members(2));
  watched.headscale_says(machines(2));
  watched.pass(20s);
  EXPECT_EQ(watched.turns(), 5U);
  watched.exit_code = exit_code::kDone;
  watched.problem = "";
  watched.pass(50s);
  EXPECT_EQ(watched.turns(), 6U);
  EXPECT_THAT(watched.lines, ElementsAre("BIRD is not reachable", "the policy is applied again"));
}

TEST(Lookout, HoldsAShrinkingAnswerUntilEachSourceHasSaidItAgainAMinuteLater) {
  Watched watched;
  watched.gateway_says(members(10));
  watched.headscale_says(machines(10));
  watched.gateway_says(members(2));
  EXPECT_EQ(watched.facts().mappings->size(), 10U);
  ASSERT_THAT(watched.lines,
              ElementsAre(HasSubstr("names 2 of the 10 members it named before; held for 60 s")));
  watched.pass(59s);
  watched.gateway_says_the_same();
  watched.headscale_says(machines(10));
  watched.pass(2s);
  EXPECT_EQ(watched.facts().mappings->size(), 10U) << "who was heard too early";
  watched.headscale_says(machines(10));
  EXPECT_EQ(watched.facts().mappings->size(), 10U) << "one of the two";
  watched.gateway_says_the_same();
  EXPECT_EQ(watched.facts().mappings->size(), 2U);
}

TEST(Lookout, ForgetsAHeldAnswerWhenAHealthyOneComes) {
  Watched watched;
  watched.gateway_says(members(10));
  watched.headscale_says(machines(10));
  watched.gateway_says({});
  watched.gateway_says(members(10));
  watched.pass(2min);
  watched.gateway_says({});
  EXPECT_EQ(watched.facts().mappings->size(), 10U) << "a new one waits anew";
}

TEST(Lookout, LetsWhatIsNewPassWhileAShrinkIsHeld) {
  Watched watched;
  watched.gateway_says(members(10));
  watched.headscale_says(machines(10));
  watched.gateway_says({member(1), member(11)});
  EXPECT_EQ(watched.facts().mappings->size(), 11U);
}

TEST(NextChange, IsTheFirstBeginEndOrExpiryThatIsStillToCome) {
  Facts facts{std::vector{member(1, kNow + 40s, kNow + 10s), member(2, kNow + 30s)}, machines(2)};
  (*facts.nodes)[0].expiry = kNow + 20s;
  std::vector<Instant> changes;
  for (auto at = next_change_after(facts, kNow); at; at = next_change_after(facts, *at))
    changes.push_back(*at);
  EXPECT_THAT(changes, ElementsAre(kNow + 10s, kNow + 20s, kNow + 30s, kNow + 40s));
  EXPECT_FALSE(next_change_after({}, kNow));
}

}  // namespace
}  // namespace peerlab::confgen

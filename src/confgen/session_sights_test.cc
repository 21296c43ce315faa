// What is concluded from BIRD's counters, against a model that counts as BIRD 2.0.12 was seen to.
#include "confgen/session_sights.h"

#include <gmock/gmock.h>

#include <map>
#include <random>

namespace peerlab::confgen {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;

constexpr Instant kNow{std::chrono::seconds{1'795'000'000}};
constexpr Ipv4 kNeighbour = Ipv4::from_number(0x64400002);

// One established session: routes by number, with their attributes, accepted where even.
class ModelSession {
 public:
  void announce(unsigned route, unsigned attributes) {
    const auto [at, first] = held_.emplace(route, attributes);
    ++counters_.updates_received;
    if (!first && at->second == attributes) {
      ++counters_.updates_ignored;
      return;
    }
    at->second = attributes;
    ++(first ? added_ : did.replacements);
    ++did.announcements;
    if (!accepted(route)) ++counters_.updates_filtered;
  }
  void withdraw(unsigned route) {
    if (held_.erase(route) == 0) return;
    ++counters_.withdraws_received;
    ++did.withdrawals;
  }
  // BIRD judges all again.
  void reload() {
    for (const auto& [route, attributes] : held_) {
      ++counters_.updates_received;
      ++(accepted(route) ? counters_.updates_ignored : counters_.updates_filtered);
    }
  }
  [[nodiscard]] SessionSight sight() const {
    SessionSight sight{"peerlab_n2_1", "2026-11-25 04:49:21", true};
    for (const auto& [route, attributes] : held_)
      ++(accepted(route) ? sight.accepted : sight.refused);
    sight.counters = counters_;
    return sight;
  }
  Changes did;

 private:
  static bool accepted(unsigned route) { return route % 2 == 0; }
  std::map<unsigned, unsigned> held_;
  bird::ImportCounters counters_;
  std::uint64_t added_ = 0;
};

SessionSights sights_with(const SessionSight& sight) {
  SessionSights sights{"2026-11-25 00:00:00", "2026-11-25 00:00:00", kNow - 1h, {}};
  sights.sessions.emplace(kNeighbour, sight);
  return sights;
}

Changes found(const SessionSights& before, const SessionSights& after) {
  const auto all = changes_between(before, after, kNow);
  return all.contains(kNeighbour) ? all.at(kNeighbour) : Changes{};
}

void act(ModelSession& session, std::mt19937& random) {
  const auto route = static_cast<unsigned>(random() % 4);
  if (random() % 3 == 0) return session.withdraw(route);
  session.announce(route, static_cast<unsigned>(random() % 2));
}

TEST(SessionSights, CountWhatAMemberDidWhateverWasBetweenTwoLooks) {
  std::mt19937 random{262};
  for (int round = 0; round < 2000; ++round) {
    ModelSession session;
    for (auto left = random() % 6; left > 0; --left) act(session, random);
    const SessionSights before = sights_with(session.sight());
    session.did = {};
    for (auto left = random() % 20; left > 0; --left) act(session, random);
    ASSERT_EQ(found(before, sights_with(session.sight())), session.did) << round;
  }
}

TEST(SessionSights, TakeNothingThatBirdJudgesAgainForAChange) {
  std::mt19937 random{263};
  for (int round = 0; round < 500; ++round) {
    ModelSession session;
    for (auto left = random() % 6; left > 0; --left) act(session, random);
    const SessionSights before = sights_with(session.sight());
    for (auto left = 1 + random() % 3; left > 0; --left) session.reload();
    SessionSights after = sights_with(session.sight());
    after.configured = "2026-11-25 01:00:00", after.configured_at = kNow;
    ASSERT_EQ(found(before, after), Changes{}) << round;
  }
}

TEST(SessionSights, CountWithdrawalsAmongReloadsToo) {
  ModelSession session;
  session.announce(2, 0);
  const SessionSights before = sights_with(session.sight());
  for (int i = 0; i < 100; ++i) session.withdraw(2), session.announce(2, 0), session.reload();
  SessionSights after = sights_with(session.sight());
  after.configured = "2026-11-25 01:00:00", after.configured_at = kNow;
  EXPECT_EQ(found(before, after).withdrawals, 100U);
}

TEST(SessionSights, TakeAWithdrawalOfWhatWasNeverThereForNoChange) {
  SessionSight before{"peerlab_n2_1", "1", true}, after = before;
  after.counters.withdraws_received = 50;
  EXPECT_EQ(found(sights_with(before), sights_with(after)), Changes{});
}

// A lease begins: BIRD accepts what it refused before, and that is no doing of the member's.
TEST(SessionSights, TakeARouteThatIsNowAcceptedForNoChange) {
  SessionSight before{"peerlab_n2_1", "1", true};
  before.refused = 1, before.counters = {1, 1, 0, 0};
  SessionSight after = before;
  after.refused = 0, after.accepted = 1, after.counters = {2, 1, 0, 0};
  SessionSights later = sights_with(after);
  later.configured = "later", later.configured_at = kNow;
  EXPECT_EQ(found(sights_with(before), later), Changes{});
}

SessionSight up(const char* since, std::uint64_t updates = 1) {
  SessionSight sight{"peerlab_n2_1", since, true, false, updates > 0 ? 1U : 0U};
  sight.counters.updates_received = updates;
  return sight;
}
SessionSight down(const char* since, bool freely) { return {"peerlab_n2_1", since, false, freely}; }

TEST(SessionSights, TellSessionsApartBySinceAndByCountersThatBeganAgain) {
  struct Row {
    const char* what;
    SessionSight before, after;
    std::uint64_t establishments, losses;
  };
  const std::vector<Row> rows{{"nothing", up("1"), up("1"), 0, 0},
                              {"comes up", down("1", false), up("2"), 1, 0},
                              {"goes down", up("1"), down("2", true), 0, 1},
                              {"goes down by an error", up("1"), down("2", false), 0, 1},
                              {"again within a look", up("1"), up("2"), 1, 1},
                              {"again within a second", up("1", 5), up("1", 1), 1, 1},
                              {"came and went", down("1", true), down("2", true), 1, 1},
                              {"was never let in", down("1", false), down("2", false), 0, 0}};
  for (const Row& row : rows) {
    const Changes changes = found(sights_with(row.before), sights_with(row.after));
    EXPECT_EQ(changes.establishments, row.establishments) << row.what;
    EXPECT_EQ(changes.losses, row.losses) << row.what;
  }
}

TEST(SessionSights, BlameNobodyForABirdThatWasStartedAnew) {
  SessionSights after = sights_with(down("2", true));
  after.booted = "2026-11-25 05:00:00";
  EXPECT_THAT(changes_between(sights_with(up("1")), after, kNow), IsEmpty());
}

TEST(SessionSights, BlameNobodyWhereAReconfigurationRestartedAllSessions) {
  SessionSights after = sights_with(up("2"));
  after.configured = "2026-11-25 05:00:00";
  EXPECT_EQ(found(sights_with(up("1")), after).losses, 0U);
}

TEST(SessionSights, AreReadFromBirdsAnswersWithMembersOnly) {
  const char* const status =
      "BIRD 2.0.12\nRouter ID is 1.1.1.1\nCurrent server time is 2026-11-25 04:49:55\n"
      "Last reboot on 2026-11-25 04:47:51\nLast reconfiguration on 2026-11-25 04:48:17";
  const char* const protocols =
      "peerlab_n2 BGP        ---        start  2026-11-25 04:48:17  Passive\n"
      "  Neighbor range:   100.64.0.2/32\n\n"
      "peerlab_n2_1 BGP        ---        start  2026-11-25 04:49:37  Passive       Socket: "
      "closed\n"
      "    Neighbor address: 100.64.0.2\n    Last error:       Socket: Connection closed\n\n"
      "peerlab_sibling_a BGP        ---        up  2026-11-25 04:49:37  Established\n"
      "    Neighbor address: 2001:db8::1\n";
  const auto sights = read_sights(status, protocols, std::nullopt, kNow);
  ASSERT_TRUE(sights);
  EXPECT_EQ(sights->booted, "2026-11-25 04:47:51");
  ASSERT_EQ(sights->sessions.size(), 1U);
  EXPECT_EQ(sights->sessions.at(kNeighbour), down("2026-11-25 04:49:37", true));
  EXPECT_FALSE(read_sights("", protocols, std::nullopt, kNow));
  EXPECT_EQ(read_sights(status, protocols, sights, kNow + 10s)->configured_at, kNow);
}

}  // namespace
}  // namespace peerlab::confgen

// Standings of many members: whom a look is charged to, what is forgiven, what survives a restart.
#include "confgen/change_ledger.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "base/file.h"
#include "tests/support/temporary_folder.h"

namespace peerlab::confgen {
namespace {

using namespace std::chrono_literals;
using policy::ChangeBudget;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Instant kStart{std::chrono::seconds{1'795'000'000}};
constexpr ChangeBudget kBudget{};

UserHash member(unsigned number) {
  return UserHash::of(*Subject::parse("member-" + std::to_string(number)));
}
Ipv4 address(unsigned number, unsigned node = 0) {
  return Ipv4::from_number(0x6440'0000U + node * 256 + number);
}

// An exchange with some members' sessions, as looks show it.
class ModelExchange {
 public:
  explicit ModelExchange(unsigned count, unsigned nodes = 1) {
    for (unsigned number = 1; number <= count; ++number) {
      for (unsigned node = 0; node < nodes; ++node) {
        members.emplace(address(number, node), member(number));
        SessionSight sight{fmt::format("peerlab_n{}_1", number + node * 256), "0", true, false, 1};
        sight.counters.updates_received = 1;
        sights_.sessions.emplace(address(number, node), sight);
      }
    }
    look();
  }
  void cycle(unsigned number, std::uint64_t times = 1) {
    bird::ImportCounters& counters = sights_.sessions.at(address(number)).counters;
    counters.updates_received += times, counters.withdraws_received += times;
  }
  void reconnect(unsigned number, unsigned node = 0) {
    SessionSight& sight = sights_.sessions.at(address(number, node));
    sight.since = std::to_string(++changes_);
    sight.counters = {1, 0, 0, 0};
  }
  void restart_bird() { sights_.booted = std::to_string(++changes_); }
  Counted look(std::chrono::seconds later = 1s) {
    now += later;
    return count(ledger, sights_, members, kBudget, now);
  }

  Members members;
  ChangeLedger ledger;
  Instant now = kStart;

 private:
  SessionSights sights_{"boot", "configured", kStart - 1h, {}};
  int changes_ = 0;
};

TEST(ChangeLedger, PutsWhoFlapsIntoQuarantineAndNobodyElse) {
  ModelExchange exchange{5};
  exchange.cycle(2, 100);
  const Counted counted = exchange.look();
  ASSERT_THAT(counted.begun, SizeIs(1));
  EXPECT_EQ(counted.begun.begin()->first, member(2));
  EXPECT_THAT(quarantined_in(exchange.ledger), ElementsAre(member(2)));
  EXPECT_EQ(next_end(exchange.ledger), exchange.now + 1min);
  EXPECT_THAT(exchange.look(1min).ended, ElementsAre(member(2)));
  EXPECT_THAT(quarantined_in(exchange.ledger), IsEmpty());
}

TEST(ChangeLedger, SumsUpTheSessionsOfOneMember) {
  ModelExchange exchange{3, 2};
  exchange.cycle(1, 2);
  EXPECT_FALSE(exchange.look().quarantine_changed());
  for (int i = 0; i < 2; ++i) exchange.reconnect(1, 1), exchange.look();
  EXPECT_THAT(quarantined_in(exchange.ledger), ElementsAre(member(1)));
}

// Each session's own counter says 1.
TEST(ChangeLedger, CountsReconnectionsToo) {
  ModelExchange exchange{2};
  for (int i = 0; i < 3; ++i) {
    exchange.reconnect(1);
    EXPECT_FALSE(exchange.look().quarantine_changed()) << i;
  }
  exchange.reconnect(1);
  EXPECT_TRUE(exchange.look().quarantine_changed());
}

TEST(ChangeLedger, TakesTheMachinesOfAMemberThatFallTogetherForOneLoss) {
  ModelExchange exchange{2, 6};
  for (unsigned node = 0; node < 6; ++node) exchange.reconnect(1, node);
  EXPECT_FALSE(exchange.look().quarantine_changed());
}

TEST(ChangeLedger, ForgivesWhatAnOutageOfTheNetworkCost) {
  ModelExchange exchange{20};
  std::mt19937 random{264};
  for (int outage = 0; outage < 6; ++outage) {
    std::vector<unsigned> order(20);
    std::iota(order.begin(), order.end(), 1U);
    std::ranges::shuffle(order, random);
    for (const unsigned number : order) {  // hold timers run out one after the other
      exchange.reconnect(number);
      exchange.look(2s);
    }
    exchange.look(10s);
  }
  EXPECT_THAT(quarantined_in(exchange.ledger), IsEmpty());
}

// Three of five could else flap for ever, each of them a part of an outage.
TEST(ChangeLedger, ForgivesMembersWhoFallTogetherAgainAndAgainNoMoreThanABurst) {
  ModelExchange exchange{5};
  int times = 0;
  while (quarantined_in(exchange.ledger).empty() && times < 50) {
    for (unsigned number = 1; number <= 3; ++number) exchange.reconnect(number);
    exchange.look(2s);
    ++times;
  }
  EXPECT_LE(times, 8);
  EXPECT_THAT(quarantined_in(exchange.ledger), SizeIs(3));
}

TEST(ChangeLedger, ForgivesNobodyWhoFallsAmongManyThatStand) {
  ModelExchange exchange{20};
  for (int i = 0; i < 5; ++i) {
    for (unsigned number = 1; number <= 4; ++number) exchange.reconnect(number);
    exchange.look();
  }
  EXPECT_THAT(quarantined_in(exchange.ledger), SizeIs(4));
}

TEST(ChangeLedger, ChargesNobodyForABirdThatIsStartedAnew) {
  ModelExchange exchange{2};
  for (int i = 0; i < 10; ++i) {
    exchange.restart_bird();
    for (const unsigned number : {1U, 2U}) exchange.reconnect(number);
    EXPECT_FALSE(exchange.look().quarantine_changed());
  }
}

TEST(ChangeLedger, BeginsWithALookAndNotWithACharge) {
  ModelExchange exchange{1};
  exchange.cycle(1, 1000);
  exchange.ledger.seen.reset();
  EXPECT_FALSE(exchange.look().quarantine_changed());
  EXPECT_THAT(exchange.ledger.members, IsEmpty());
}

TEST(ChangeLedger, ForgetsWhoIsQuietAgain) {
  ModelExchange exchange{1};
  exchange.cycle(1);
  exchange.look();
  EXPECT_THAT(exchange.ledger.members, SizeIs(1));
  exchange.look(3h);
  EXPECT_THAT(exchange.ledger.members, IsEmpty());
}

class ChangeLedgerFile : public testing::Test {
 protected:
  testing_support::TemporaryFolder folder_;
  std::filesystem::path file_ = change_ledger_file(folder_.path());
};

TEST_F(ChangeLedgerFile, GivesBackWhatWasStoredAtEveryMoment) {
  std::mt19937 random{265};
  ModelExchange exchange{4};
  bool seen_quarantine = false;
  for (int round = 0; round < 200; ++round) {
    const auto number = static_cast<unsigned>(1 + random() % 4);
    random() % 2 == 0 ? exchange.cycle(number, random() % 3) : exchange.reconnect(number);
    exchange.look(std::chrono::seconds{random() % 300});
    ASSERT_TRUE(store_change_ledger(file_, exchange.ledger));
    const auto loaded = load_change_ledger(file_);
    ASSERT_TRUE(loaded) << loaded.error().detail;
    ASSERT_EQ(*loaded, exchange.ledger);
    exchange.ledger = *loaded;
    seen_quarantine = seen_quarantine || !quarantined_in(exchange.ledger).empty();
  }
  EXPECT_TRUE(seen_quarantine);
}

TEST_F(ChangeLedgerFile, IsEmptyWhereThereIsNoneAndMalformedWhereItIsNoLedger) {
  EXPECT_EQ(load_change_ledger(file_), ChangeLedger{});
  for (const char* const text : {"", "[]", "{}", "{\"members\":[]}", "\x01"}) {
    ASSERT_TRUE(write_file(file_, text));
    const auto loaded = load_change_ledger(file_);
    ASSERT_FALSE(loaded) << text;
    EXPECT_EQ(loaded.error().kind, ErrorKind::Malformed);
  }
}

TEST_F(ChangeLedgerFile, OfSomebodyWhoAskedForEverythingIsConfinedToTheBudget) {
  ASSERT_TRUE(
      write_file(file_, R"({"members":{")" + member(1).text() +
                            R"(":{"left":"1e9",)"
                            R"("penalty":"1e300","at":"2999-01-01T00:00:00+00:00","times":60,)"
                            R"("quarantine":{"since":"2999-01-01T00:00:00+00:00",)"
                            R"("until":"2999-01-02T00:00:00+00:00"}}}})"));
  auto loaded = load_change_ledger(file_);
  ASSERT_TRUE(loaded) << loaded.error().detail;
  settle(*loaded, kBudget, kStart);
  const ChangeStanding& standing = loaded->members.at(member(1));
  EXPECT_LE(standing.left(kBudget, kStart), kBudget.burst);
  EXPECT_LE(standing.penalty(kStart), damping::kCeiling);
  EXPECT_LE(standing.quarantine()->until, kStart + kBudget.longest);
}

}  // namespace
}  // namespace peerlab::confgen

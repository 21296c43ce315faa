// Who was refused for an empty pool waits in its line, and comes before who asks later.
#include "ledger/line.h"

#include <gmock/gmock.h>

#include "tests/contract/open_ledger.h"

namespace peerlab::contract {
namespace {

using namespace std::chrono_literals;

// Two /48s: alice's until 13:00 and bob's until 14:00, others may have them five minutes later.
class LineContract : public EveryBackEnd {
 protected:
  AllocationRules rules_ = rules_with("3fff:100::/47");
  Instant first_free_ = kNoon + 1h + rules_.cool_down_floor;
  Instant second_free_ = kNoon + 2h + rules_.cool_down_floor;

  void SetUp() override {
    EveryBackEnd::SetUp();
    if (IsSkipped()) return;
    ASSERT_TRUE(ledger_->lease_prefix(member("alice"), from(kNoon, 1h), rules_));
    ASSERT_TRUE(ledger_->lease_prefix(member("bob"), from(kNoon, 2h), rules_));
  }

  // "3fff:100::/48", or the kind of the refusal.
  std::string ask(const std::string& who, Instant now) {
    const auto grant = ledger_->lease_prefix(member(who), from(now), rules_);
    return grant ? grant->lease.prefix.text() : std::string{name_of(grant.error().kind)};
  }
  void all_ask(const std::vector<std::string>& names, Instant now) {
    for (const std::string& who : names) ASSERT_EQ(ask(who, now), kNothing);
  }
  std::optional<Place> place(const std::string& who, Instant now) {
    const auto found = ledger_->place_of(UserHash::of(member(who)), rules_, now);
    EXPECT_TRUE(found) << found.error().detail << found.error().cause;
    return *found;
  }
  // "2 of 3", or "-".
  std::string standing(const std::string& who, Instant now) {
    const auto found = place(who, now);
    return found ? std::to_string(found->place) + " of " + std::to_string(found->waiting) : "-";
  }
  bool waits(const std::string& who, Instant now) {
    return ledger_->holdings_of(UserHash::of(member(who)), now)->waits;
  }

  const std::string kNothing{name_of(ErrorKind::Exhausted)};
  static constexpr const char* kFirst = "3fff:100::/48";
  static constexpr const char* kSecond = "3fff:100:1::/48";
};

INSTANTIATE_TEST_SUITE_P(, LineContract, testing::ValuesIn(back_ends()), name_of_back_end);

TEST_P(LineContract, WhoIsRefusedStandsInLineInTheOrderOfAsking) {
  all_ask({"zoe", "carol", "mike"}, kNoon + 1min);
  EXPECT_EQ(standing("zoe", kNoon + 1min), "1 of 3");
  EXPECT_EQ(standing("carol", kNoon + 1min), "2 of 3");
  EXPECT_EQ(standing("mike", kNoon + 1min), "3 of 3");
  EXPECT_EQ(standing("alice", kNoon + 1min), "-");
  EXPECT_TRUE(waits("mike", kNoon + 1min)) << "without an ASN yet";
  EXPECT_FALSE(waits("alice", kNoon + 1min));
  EXPECT_FALSE(waits("stranger", kNoon + 1min));
  EXPECT_EQ(ledger_->oversight().waiting_for(rules_.pool, kNoon + 1min), 3U);
}

TEST_P(LineContract, TheTurnOfTheNthIsWhenTheNthFreesAndAPlaceIsKeptTenMinutesLonger) {
  all_ask({"carol", "dave", "erin"}, kNoon + 1min);
  EXPECT_EQ(place("carol", kNoon + 2min),
            (Place{1, 3, kNoon + 1min, first_free_ + 10min, first_free_}));
  EXPECT_EQ(place("dave", kNoon + 2min),
            (Place{2, 3, kNoon + 1min, second_free_ + 10min, second_free_}));
  EXPECT_EQ(place("erin", kNoon + 2min)->turn, second_free_) << "the last that is known of";
}

TEST_P(LineContract, ANewcomerDoesNotOvertakeAndTheNextInLineDoesNotEither) {
  all_ask({"carol", "dave"}, kNoon + 1min);
  EXPECT_EQ(ask("newcomer", first_free_), kNothing);
  EXPECT_EQ(ask("dave", first_free_ + 1s), kNothing);
  EXPECT_EQ(standing("newcomer", first_free_ + 1s), "3 of 3");
  EXPECT_EQ(ask("carol", first_free_ + 9min), kFirst);
  EXPECT_EQ(standing("dave", first_free_ + 9min), "1 of 2");
}

TEST_P(LineContract, AGrantedLeaseEndsTheWaiting) {
  all_ask({"carol"}, kNoon + 1min);
  ASSERT_EQ(ask("carol", first_free_), kFirst);
  EXPECT_EQ(standing("carol", first_free_), "-");
  EXPECT_FALSE(waits("carol", first_free_));
  EXPECT_EQ(ledger_->oversight().waiting_for(rules_.pool, first_free_), 0U);
}

TEST_P(LineContract, AFreedPrefixIsKeptForTheLineTenMinutesAndNotASecondMore) {
  all_ask({"carol", "dave", "erin"}, kNoon + 1min);
  EXPECT_EQ(ask("newcomer", first_free_ + line::kKept - 1s), kNothing);
  EXPECT_EQ(ask("late", first_free_ + line::kKept), kFirst)
      << "though dave, erin and newcomer wait";
}

TEST_P(LineContract, ThereIsEnoughForWhoeverComesWhereMoreIsFreeThanTheLineNeeds) {
  all_ask({"carol"}, kNoon + 1min);
  ASSERT_EQ(ask("carol", first_free_ + 9min), kFirst);
  ASSERT_TRUE(ledger_->revoke(UserHash::of(member("carol")), *Prefix48::parse(kFirst),
                              second_free_ - 5min));
  all_ask({"dave"}, second_free_ - 1s);  // from the next second on both are free
  EXPECT_EQ(ask("newcomer", second_free_), kFirst);
  EXPECT_EQ(ask("other", second_free_), kNothing) << "dave's";
  EXPECT_EQ(ask("dave", second_free_), kSecond);
}

TEST_P(LineContract, WhoeverAsksAgainKeepsThePlaceAndKeepsItForLonger) {
  all_ask({"carol", "dave", "erin"}, kNoon + 1min);
  const Place before = *place("erin", kNoon + 2min);
  ASSERT_TRUE(ledger_->renew(UserHash::of(member("bob")), *Prefix48::parse(kSecond), kNoon + 5h,
                             kNoon + 2min));
  ASSERT_EQ(ask("erin", kNoon + 3min), kNothing);
  const Place after = *place("erin", kNoon + 3min);
  EXPECT_EQ(after.place, 3U);
  EXPECT_EQ(after.since, before.since);
  EXPECT_EQ(before.kept_until, second_free_ + 10min);
  EXPECT_EQ(after.kept_until, second_free_ + 3h + 10min);
}

TEST_P(LineContract, WhatWasSaidAboutHowLongAPlaceIsKeptStandsWhenOneFreesEarlier) {
  all_ask({"carol", "dave"}, kNoon + 1min);
  ASSERT_TRUE(
      ledger_->revoke(UserHash::of(member("bob")), *Prefix48::parse(kSecond), kNoon + 5min));
  EXPECT_EQ(place("carol", kNoon + 5min)->turn, kNoon + 10min);
  ASSERT_EQ(ask("dave", kNoon + 6min), kNothing);
  EXPECT_EQ(place("dave", kNoon + 6min)->turn, first_free_);
  EXPECT_EQ(place("dave", kNoon + 6min)->kept_until, second_free_ + 10min);
}

TEST_P(LineContract, APlaceThatLapsedIsNoneAndItsMemberComesBackBehindAllOthers) {
  all_ask({"carol", "dave"}, kNoon + 1min);
  const Instant lapsed = first_free_ + line::kKept;
  EXPECT_EQ(standing("carol", lapsed - 1s), "1 of 2");
  EXPECT_EQ(standing("carol", lapsed), "-");
  EXPECT_FALSE(waits("carol", lapsed));
  ASSERT_EQ(ask("newcomer", lapsed), kFirst);
  ASSERT_EQ(ask("carol", lapsed), kNothing);
  EXPECT_EQ(standing("dave", lapsed), "1 of 2");
  EXPECT_EQ(standing("carol", lapsed), "2 of 2");
  EXPECT_EQ(place("carol", lapsed)->since, lapsed);
}

TEST_P(LineContract, OnesOwnThatNobodyElseMayHaveYetIsNoMatterOfTheLine) {
  all_ask({"carol"}, kNoon + 1min);
  EXPECT_EQ(ask("alice", kNoon + 1h + 1min), kFirst);
}

TEST_P(LineContract, OnesOwnThatEndsIsOnesTurn) {
  rules_.leases_per_member_max = 2;
  all_ask({"carol", "dave", "bob"}, kNoon + 1min);
  EXPECT_EQ(place("bob", kNoon + 1min)->turn, kNoon + 2h) << "its own frees then, for it alone";
}

TEST_P(LineContract, WhereAllAreFreeAndKeptForOthersOnesTurnIsWhenTheFirstIsKeptNoLonger) {
  rules_ = rules_with("3fff:200::/48");
  ASSERT_EQ(ask("alone", kNoon), "3fff:200::/48");
  all_ask({"carol", "dave"}, kNoon + 1min);
  const Instant free = kNoon + 1h + rules_.cool_down_floor;
  const auto refused = ledger_->lease_prefix(member("dave"), from(free + 1min), rules_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().retry_after, 9min) << "asking earlier is of no use";
  EXPECT_EQ(place("dave", free + 1min)->turn, free + line::kKept);
}

TEST_P(LineContract, ALineBelongsToItsPoolAndALeaseFromAnyEndsTheWaitingInAll) {
  AllocationRules other = rules_with("3fff:300::/48", 2);
  const Subject dave = member("dave");
  all_ask({"carol", "dave"}, kNoon + 1min);
  ASSERT_TRUE(ledger_->lease_prefix(member("erin"), from(kNoon, 30min), other));
  ASSERT_FALSE(ledger_->lease_prefix(dave, from(kNoon + 2min), other));
  EXPECT_EQ(ledger_->place_of(UserHash::of(dave), other, kNoon + 2min).value()->place, 1U);
  EXPECT_EQ(standing("dave", kNoon + 2min), "2 of 2");
  EXPECT_EQ(ledger_->oversight().waiting_for(other.pool, kNoon + 2min), 1U);
  ASSERT_TRUE(ledger_->lease_prefix(dave, from(kNoon + 35min), other));
  EXPECT_EQ(standing("dave", kNoon + 35min), "-");
  EXPECT_EQ(standing("carol", kNoon + 35min), "1 of 1");
}

TEST_P(LineContract, AQuotaASuspensionOrAnEmptyPoolOfAsnsPutsNobodyInLine) {
  EXPECT_EQ(ask("alice", kNoon + 1min), name_of(ErrorKind::QuotaReached));
  EXPECT_EQ(standing("alice", kNoon + 1min), "-");
  rules_.asns = *AsnRange::make(65000, 65001);
  EXPECT_EQ(ask("carol", second_free_ + 1h), kNothing);
  EXPECT_EQ(standing("carol", second_free_ + 1h), "-");
}

TEST_P(LineContract, WhoIsSuspendedDoesNotWait) {
  ASSERT_TRUE(ledger_->assign_asn(member("carol"), rules_.asns, kNoon));
  all_ask({"carol", "dave"}, kNoon + 1min);
  ASSERT_TRUE(
      ledger_->oversight().suspend(UserHash::of(member("carol")), "x", "olga", kNoon + 2min));
  EXPECT_EQ(standing("carol", kNoon + 2min), "-");
  EXPECT_EQ(standing("dave", kNoon + 2min), "1 of 1");
  EXPECT_EQ(ask("carol", kNoon + 3min), name_of(ErrorKind::Suspended));
  EXPECT_EQ(standing("carol", kNoon + 3min), "-");
}

TEST_P(LineContract, ForgettingTakesAMemberOutOfEveryLineAlsoOneWithoutAnAsn) {
  ASSERT_TRUE(ledger_->assign_asn(member("carol"), rules_.asns, kNoon));
  all_ask({"carol", "dave"}, kNoon + 1min);
  EXPECT_TRUE(ledger_->oversight().forget(UserHash::of(member("carol")), "olga", kNoon + 2min));
  EXPECT_EQ(standing("carol", kNoon + 2min), "-");
  const auto forgotten =
      ledger_->oversight().forget(UserHash::of(member("dave")), "olga", kNoon + 2min);
  EXPECT_EQ(forgotten.error().kind, ErrorKind::NotFound);
  EXPECT_EQ(standing("dave", kNoon + 2min), "-");
}

TEST_P(LineContract, WaitingChangesNobodysHoldings) {
  const auto before = ledger_->version();
  all_ask({"carol", "carol"}, kNoon + 1min);
  EXPECT_EQ(*ledger_->version(), *before);
  EXPECT_EQ(ledger_->oversight().seal_events(), 4U) << "two ASNs, two leases";
}

}  // namespace
}  // namespace peerlab::contract

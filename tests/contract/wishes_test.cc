// Renewing, the RPKI switch, keys of requests and a member's own history, over every back end.
#include <gmock/gmock.h>

#include "tests/contract/open_ledger.h"

namespace peerlab::contract {
namespace {

using namespace std::chrono_literals;

class LedgerWishes : public EveryBackEnd {
 protected:
  const Subject alice_ = member("alice"), bob_ = member("bob");
  const UserHash alice_hash_ = UserHash::of(alice_), bob_hash_ = UserHash::of(bob_);
  const AllocationRules rules_ = rules_with("3fff:100::/40", 2);

  Prefix48 leased(const Subject& who, Instant begin = kNoon, std::chrono::seconds length = 1h) {
    const auto grant = ledger_->lease_prefix(who, from(begin, length), rules_);
    EXPECT_TRUE(grant) << grant.error().detail << grant.error().cause;
    return grant->lease.prefix;
  }
  Result<LeaseGrant> asked(const std::string& key, const std::string& digest, Instant now,
                           const Subject& who) {
    return ledger_->lease_prefix(who, from(now), rules_, RequestKey{key, digest});
  }
};

INSTANTIATE_TEST_SUITE_P(, LedgerWishes, testing::ValuesIn(back_ends()), name_of_back_end);

TEST_P(LedgerWishes, RenewingMovesTheEndAndNothingElse) {
  const Prefix48 prefix = leased(alice_);
  const auto renewed = ledger_->renew(alice_hash_, prefix, kNoon + 3h, kNoon + 30min);
  ASSERT_TRUE(renewed) << renewed.error().detail << renewed.error().cause;
  EXPECT_EQ(renewed->window, *LeaseWindow::make(kNoon, kNoon + 3h));
  const auto holdings = ledger_->holdings_of(alice_hash_, kNoon + 3h - 1s);
  EXPECT_THAT(holdings->leases, testing::ElementsAre(*renewed));
  EXPECT_THAT(ledger_->holdings_of(alice_hash_, kNoon + 3h)->leases, testing::IsEmpty());
}

TEST_P(LedgerWishes, RenewingNeverShortens) {
  const Prefix48 prefix = leased(alice_, kNoon, 4h);
  const std::uint64_t version = *ledger_->version();
  EXPECT_EQ(ledger_->renew(alice_hash_, prefix, kNoon + 2h, kNoon)->window.end(), kNoon + 4h);
  EXPECT_EQ(*ledger_->version(), version);
}

TEST_P(LedgerWishes, RenewsNeitherAnothersLeaseNorAnEndedOne) {
  const Prefix48 prefix = leased(alice_);
  EXPECT_EQ(ledger_->renew(bob_hash_, prefix, kNoon + 2h, kNoon).error().kind, ErrorKind::NotFound);
  EXPECT_EQ(ledger_->renew(alice_hash_, prefix, kNoon + 2h, kNoon + 1h).error().kind,
            ErrorKind::NotFound);
}

TEST_P(LedgerWishes, ARenewedPrefixIsNobodyElsesUntilItsNewEndAndThenRests) {
  const AllocationRules one = rules_with("3fff:100::/48");
  const auto grant = ledger_->lease_prefix(alice_, from(kNoon), one);
  ASSERT_TRUE(ledger_->renew(alice_hash_, grant->lease.prefix, kNoon + 2h, kNoon));
  const Instant frees = kNoon + 2h + one.cool_down_floor;
  EXPECT_FALSE(ledger_->lease_prefix(bob_, from(frees - 1s), one));
  EXPECT_TRUE(ledger_->lease_prefix(bob_, from(frees), one));
}

TEST_P(LedgerWishes, TheSwitchIsKeptPerLeaseAndSaysWhetherItChanged) {
  const Prefix48 one = leased(alice_), other = leased(alice_);
  const auto off = ledger_->switch_rpki(alice_hash_, one, false, kNoon);
  ASSERT_TRUE(off) << off.error().detail << off.error().cause;
  EXPECT_TRUE(off->changed);
  EXPECT_FALSE(off->lease.rpki);
  const std::uint64_t version = *ledger_->version();
  EXPECT_FALSE(ledger_->switch_rpki(alice_hash_, one, false, kNoon)->changed);
  EXPECT_EQ(*ledger_->version(), version);
  const auto seen = ledger_->member_at(alice_hash_, kNoon);
  for (const Lease& lease : seen->leases) {
    EXPECT_EQ(lease.rpki, lease.prefix == other) << lease.prefix.text();
  }
  EXPECT_TRUE(ledger_->switch_rpki(alice_hash_, one, true, kNoon)->lease.rpki);
  EXPECT_EQ(ledger_->switch_rpki(bob_hash_, one, true, kNoon).error().kind, ErrorKind::NotFound);
  EXPECT_EQ(ledger_->switch_rpki(alice_hash_, one, true, kNoon + 1h).error().kind,
            ErrorKind::NotFound);
}

TEST_P(LedgerWishes, TheSameKeyGetsTheSameLeaseAsItWasGranted) {
  const auto first = asked("k1", "four hours", kNoon, alice_);
  ASSERT_TRUE(first) << first.error().detail << first.error().cause;
  EXPECT_FALSE(first->replayed);
  ASSERT_TRUE(ledger_->renew(alice_hash_, first->lease.prefix, kNoon + 5h, kNoon + 1min));
  const std::uint64_t version = *ledger_->version();
  const auto again = asked("k1", "four hours", kNoon + 1min, alice_);
  ASSERT_TRUE(again) << again.error().detail << again.error().cause;
  EXPECT_TRUE(again->replayed);
  EXPECT_EQ(again->lease, first->lease);
  EXPECT_EQ(again->assignment, first->assignment);
  EXPECT_EQ(*ledger_->version(), version);
  EXPECT_THAT(ledger_->holdings_of(alice_hash_, kNoon + 1min)->leases, testing::SizeIs(1));
}

TEST_P(LedgerWishes, AnotherKeyAnotherMemberOrADayLaterIsAnotherRequest) {
  const auto first = asked("k1", "d", kNoon, alice_);
  EXPECT_FALSE(asked("k2", "d", kNoon, alice_)->replayed);
  EXPECT_FALSE(asked("k1", "d", kNoon, bob_)->replayed);
  const auto kept = asked("k1", "d", kNoon + Ledger::kKeyKept - 1s, alice_);
  EXPECT_TRUE(kept->replayed);
  const auto late = asked("k1", "d", kNoon + Ledger::kKeyKept, alice_);
  ASSERT_TRUE(late) << late.error().detail << late.error().cause;
  EXPECT_FALSE(late->replayed);
  EXPECT_NE(late->lease.id, first->lease.id);
}

TEST_P(LedgerWishes, TheSameKeyForAnotherRequestIsRefused) {
  ASSERT_TRUE(asked("k1", "four hours", kNoon, alice_));
  EXPECT_EQ(asked("k1", "five hours", kNoon, alice_).error().kind, ErrorKind::Conflict);
}

TEST_P(LedgerWishes, ARefusalKeepsNoKey) {
  const AllocationRules one = rules_with("3fff:100::/48");
  ASSERT_TRUE(ledger_->lease_prefix(bob_, from(kNoon), one));
  EXPECT_FALSE(ledger_->lease_prefix(alice_, from(kNoon), one, RequestKey{"k", "d"}));
  const auto later = ledger_->lease_prefix(alice_, from(kNoon + 2h), one, RequestKey{"k", "other"});
  ASSERT_TRUE(later) << later.error().detail << later.error().cause;
  EXPECT_FALSE(later->replayed);
}

TEST_P(LedgerWishes, AMemberReadsItsOwnHistoryNewestFirst) {
  EXPECT_THAT(*ledger_->events_of(alice_hash_, std::nullopt, 10), testing::IsEmpty());
  const Prefix48 prefix = leased(alice_);
  leased(bob_);
  ASSERT_TRUE(ledger_->renew(alice_hash_, prefix, kNoon + 2h, kNoon + 1s));
  ASSERT_TRUE(ledger_->switch_rpki(alice_hash_, prefix, false, kNoon + 2s));
  ASSERT_TRUE(ledger_->revoke(alice_hash_, prefix, kNoon + 3s));
  const auto events = ledger_->events_of(alice_hash_, std::nullopt, 10);
  ASSERT_TRUE(events) << events.error().detail << events.error().cause;
  std::vector<EventKind> kinds;
  for (const Event& event : *events) {
    kinds.push_back(event.kind);
    EXPECT_EQ(event.member, events->front().member);
    EXPECT_EQ(event.actor, kMemberItself);
    EXPECT_EQ(event.asn.has_value(), event.kind == EventKind::AsnAssigned);
    EXPECT_EQ(event.prefix == prefix, event.kind != EventKind::AsnAssigned);
  }
  EXPECT_THAT(kinds,
              testing::ElementsAre(EventKind::Revoked, EventKind::RpkiSwitched, EventKind::Renewed,
                                   EventKind::Leased, EventKind::AsnAssigned));
  EXPECT_EQ(events->at(0).at, kNoon + 3s);
  EXPECT_EQ(events->at(0).window, *LeaseWindow::make(kNoon, kNoon + 3s));
  EXPECT_EQ(events->at(1).note, "off");
  EXPECT_EQ(events->at(2).window, *LeaseWindow::make(kNoon, kNoon + 2h));
  const auto two = ledger_->events_of(alice_hash_, events->at(1).id, 2);
  EXPECT_THAT(*two, testing::ElementsAre(events->at(2), events->at(3)));
}

TEST_P(LedgerWishes, AKeyAnswersAlsoWhenItsLeaseIsGivenBackOrItsMemberSuspended) {
  const auto first = asked("k1", "d", kNoon, alice_);
  ASSERT_TRUE(ledger_->revoke(alice_hash_, first->lease.prefix, kNoon));
  ASSERT_TRUE(ledger_->oversight().suspend(alice_hash_, "r", "olga", kNoon + 1s));
  const auto again = asked("k1", "d", kNoon + 2s, alice_);
  ASSERT_TRUE(again) << again.error().detail << again.error().cause;
  EXPECT_TRUE(again->replayed);
  EXPECT_EQ(again->lease, first->lease);
  EXPECT_EQ(asked("k2", "d", kNoon + 2s, alice_).error().kind, ErrorKind::Suspended);
}

TEST_P(LedgerWishes, AKeyIsAnyText) {
  const std::string odd = "k' \" ; -- \\ % \xc3\xa9" + std::string(200, 'k');
  const auto first = asked(odd, "d", kNoon, alice_);
  ASSERT_TRUE(first) << first.error().detail << first.error().cause;
  EXPECT_EQ(asked(odd, "d", kNoon, alice_)->lease, first->lease);
}

TEST_P(LedgerWishes, WhatChangesNothingIsNoEvent) {
  const auto first = asked("k1", "d", kNoon, alice_);
  const Prefix48 prefix = first->lease.prefix;
  const auto told = *ledger_->events_of(alice_hash_, std::nullopt, 100);
  EXPECT_EQ(told.size(), 2U);
  ASSERT_TRUE(asked("k1", "d", kNoon, alice_)->replayed);
  ASSERT_FALSE(asked("k1", "other", kNoon, alice_));
  ASSERT_TRUE(ledger_->renew(alice_hash_, prefix, kNoon + 1s, kNoon));
  ASSERT_FALSE(ledger_->switch_rpki(alice_hash_, prefix, true, kNoon)->changed);
  ASSERT_FALSE(ledger_->assign_asn(alice_, AsnRange::standard(), kNoon)->fresh);
  ASSERT_FALSE(ledger_->revoke(bob_hash_, prefix, kNoon));
  ASSERT_FALSE(ledger_->lease_prefix(alice_, from(kNoon), rules_with("3fff:100::/48")));
  EXPECT_EQ(*ledger_->events_of(alice_hash_, std::nullopt, 100), told);
}

TEST_P(LedgerWishes, AnEventSaysTheLeaseAsItsVerbReturnedItAlsoWhenItWasNeverInForce) {
  const Prefix48 prefix = leased(alice_);
  const auto closed = ledger_->revoke(alice_hash_, prefix, kNoon);
  const auto told = ledger_->events_of(alice_hash_, std::nullopt, 1);
  EXPECT_EQ(told->at(0).kind, EventKind::Revoked);
  EXPECT_EQ(told->at(0).window, closed->window);
  EXPECT_EQ(*ledger_->oversight().tenure_of(prefix, kNoon), std::nullopt);
}

TEST_P(LedgerWishes, RenewingAndHoldingsKeepTheSwitch) {
  const Prefix48 prefix = leased(alice_);
  ASSERT_TRUE(ledger_->switch_rpki(alice_hash_, prefix, false, kNoon));
  EXPECT_FALSE(ledger_->renew(alice_hash_, prefix, kNoon + 2h, kNoon)->rpki);
  EXPECT_FALSE(ledger_->holdings_of(alice_hash_, kNoon)->leases.at(0).rpki);
  EXPECT_FALSE(ledger_->members_at(kNoon)->at(0).leases.at(0).rpki);
}

}  // namespace
}  // namespace peerlab::contract

// What operators may do, over every back end.
#include <gmock/gmock.h>

#include "tests/contract/open_ledger.h"

namespace peerlab::contract {
namespace {

using namespace std::chrono_literals;

class LedgerOversight : public EveryBackEnd {
 protected:
  const Subject alice_ = member("alice"), bob_ = member("bob");
  const UserHash alice_hash_ = UserHash::of(alice_), bob_hash_ = UserHash::of(bob_);
  const AllocationRules rules_ = rules_with("3fff:100::/40", 2);

  Oversight& oversight() { return ledger_->oversight(); }
  Lease leased(const Subject& who, Instant begin = kNoon) {
    const auto grant = ledger_->lease_prefix(who, from(begin), rules_);
    EXPECT_TRUE(grant) << grant.error().detail << grant.error().cause;
    return grant->lease;
  }
  std::size_t routed(const UserHash& who, Instant now = kNoon) {
    return ledger_->member_at(who, now)->leases.size();
  }
  std::vector<EventKind> kinds_of(const UserHash& who) {
    std::vector<EventKind> kinds;
    const auto events = ledger_->events_of(who, std::nullopt, 100);
    for (const Event& event : *events) kinds.push_back(event.kind);
    return kinds;
  }
};

INSTANTIATE_TEST_SUITE_P(, LedgerOversight, testing::ValuesIn(back_ends()), name_of_back_end);

TEST_P(LedgerOversight, ASuspendedMemberIsOffTheRoutersAndGetsNothingButMayGiveBack) {
  const Lease one = leased(alice_), other = leased(alice_);
  const std::uint64_t version = *ledger_->version();
  const auto record = oversight().suspend(alice_hash_, "leaks routes", "olga", kNoon + 1s);
  ASSERT_TRUE(record) << record.error().detail << record.error().cause;
  EXPECT_EQ(record->suspension, (Suspension{kNoon + 1s, "leaks routes"}));
  EXPECT_NE(*ledger_->version(), version);
  EXPECT_EQ(routed(alice_hash_), 0U);
  const auto seen = ledger_->members_at(kNoon);
  EXPECT_TRUE(seen->at(0).leases.empty());
  const auto holdings = ledger_->holdings_of(alice_hash_, kNoon);
  EXPECT_EQ(holdings->leases.size(), 2U);
  EXPECT_EQ(holdings->suspension, record->suspension);

  const auto refused = ledger_->lease_prefix(alice_, from(kNoon), rules_);
  EXPECT_EQ(refused.error().kind, ErrorKind::Suspended);
  EXPECT_THAT(refused.error().detail, testing::HasSubstr("leaks routes"));
  EXPECT_EQ(ledger_->renew(alice_hash_, one.prefix, kNoon + 9h, kNoon).error().kind,
            ErrorKind::Suspended);
  EXPECT_EQ(ledger_->switch_rpki(alice_hash_, one.prefix, false, kNoon).error().kind,
            ErrorKind::Suspended);
  EXPECT_TRUE(ledger_->revoke(alice_hash_, one.prefix, kNoon + 2s));
  EXPECT_FALSE(ledger_->assign_asn(alice_, AsnRange::standard(), kNoon)->fresh);
  EXPECT_TRUE(ledger_->lease_prefix(bob_, from(kNoon), rules_)) << "nobody else is";

  ASSERT_TRUE(oversight().resume(alice_hash_, "olga", kNoon + 3s));
  EXPECT_EQ(ledger_->member_at(alice_hash_, kNoon + 3s)->leases, std::vector{other});
  EXPECT_EQ(ledger_->holdings_of(alice_hash_, kNoon)->suspension, std::nullopt);
}

TEST_P(LedgerOversight, SuspendingAgainChangesTheReasonAndResumingTwiceChangesNothing) {
  leased(alice_);
  ASSERT_TRUE(oversight().suspend(alice_hash_, "one", "olga", kNoon));
  EXPECT_EQ(oversight().suspend(alice_hash_, "two", "otto", kNoon + 1s)->suspension,
            (Suspension{kNoon, "two"}));
  ASSERT_TRUE(oversight().resume(alice_hash_, "olga", kNoon + 2s));
  const std::uint64_t version = *ledger_->version();
  ASSERT_TRUE(oversight().resume(alice_hash_, "olga", kNoon + 3s));
  EXPECT_EQ(*ledger_->version(), version);
  EXPECT_THAT(kinds_of(alice_hash_),
              testing::ElementsAre(EventKind::Resumed, EventKind::Suspended, EventKind::Suspended,
                                   EventKind::Leased, EventKind::AsnAssigned));
}

TEST_P(LedgerOversight, AMembersOwnQuotaGoesBeforeThePlatforms) {
  leased(alice_);
  ASSERT_TRUE(oversight().set_quota(alice_hash_, 1, "olga", kNoon));
  EXPECT_EQ(ledger_->lease_prefix(alice_, from(kNoon), rules_).error().kind,
            ErrorKind::QuotaReached);
  ASSERT_TRUE(oversight().set_quota(alice_hash_, 3, "olga", kNoon));
  EXPECT_EQ(ledger_->holdings_of(alice_hash_, kNoon)->leases_max, 3U);
  leased(alice_);
  leased(alice_);
  EXPECT_EQ(ledger_->lease_prefix(alice_, from(kNoon), rules_).error().kind,
            ErrorKind::QuotaReached);
  ASSERT_TRUE(oversight().set_quota(alice_hash_, 0, "olga", kNoon));
  EXPECT_FALSE(ledger_->lease_prefix(alice_, from(kNoon + 9h), rules_));
  ASSERT_TRUE(oversight().set_quota(alice_hash_, std::nullopt, "olga", kNoon));
  EXPECT_TRUE(ledger_->lease_prefix(alice_, from(kNoon + 9h), rules_));
  leased(bob_);
  leased(bob_);
}

TEST_P(LedgerOversight, EndsAnybodysLeaseAndTellsItsHolder) {
  const Lease lease = leased(alice_);
  const auto ended = oversight().end_lease(lease.prefix, "olga", kNoon + 5s);
  ASSERT_TRUE(ended) << ended.error().detail << ended.error().cause;
  EXPECT_EQ(ended->holder, alice_hash_);
  EXPECT_EQ(ended->window.end(), kNoon + 5s);
  EXPECT_EQ(routed(alice_hash_, kNoon + 5s), 0U);
  EXPECT_EQ(oversight().end_lease(lease.prefix, "olga", kNoon + 6s).error().kind,
            ErrorKind::NotFound);
  const auto told = ledger_->events_of(alice_hash_, std::nullopt, 1);
  EXPECT_EQ(told->at(0).kind, EventKind::LeaseEnded);
  EXPECT_EQ(told->at(0).actor, "olga");
}

TEST_P(LedgerOversight, KnowsOnlyMembersWithAnAsn) {
  for (const auto& refused : {oversight().suspend(alice_hash_, "r", "olga", kNoon),
                              oversight().resume(alice_hash_, "olga", kNoon),
                              oversight().set_quota(alice_hash_, 1, "olga", kNoon),
                              oversight().member(alice_hash_, kNoon)}) {
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::NotFound);
  }
  EXPECT_EQ(oversight().forget(alice_hash_, "olga", kNoon).error().kind, ErrorKind::NotFound);
}

TEST_P(LedgerOversight, ListsMembersWithWhatTheyHold) {
  const Lease lease = leased(alice_);
  ASSERT_TRUE(ledger_->assign_asn(bob_, AsnRange::standard(), kNoon));
  ASSERT_TRUE(oversight().suspend(alice_hash_, "r", "olga", kNoon));
  const auto members = oversight().members({}, 100, kNoon);
  ASSERT_TRUE(members) << members.error().detail << members.error().cause;
  ASSERT_EQ(members->size(), 2U);
  EXPECT_LT(members->at(0).assignment.holder, members->at(1).assignment.holder);
  EXPECT_NE(members->at(0).number, members->at(1).number);
  for (const MemberRecord& record : *members) {
    const bool is_alice = record.assignment.holder == alice_hash_;
    EXPECT_EQ(record.leases.size(), is_alice ? 1U : 0U);
    EXPECT_EQ(record.suspension.has_value(), is_alice);
    const auto alone = oversight().member(record.assignment.holder, kNoon);
    EXPECT_EQ(alone->number, record.number);
    EXPECT_EQ(alone->leases, record.leases);
  }
}

TEST_P(LedgerOversight, SaysWhoHeldAPrefixAtAnInstantWithoutNamingAnybody) {
  const Lease lease = leased(alice_);
  ASSERT_TRUE(ledger_->revoke(alice_hash_, lease.prefix, kNoon + 10s));
  const auto tenure = [&](Instant at) { return *oversight().tenure_of(lease.prefix, at); };
  ASSERT_TRUE(tenure(kNoon));
  EXPECT_EQ(tenure(kNoon)->asn, ledger_->holdings_of(alice_hash_, kNoon)->assignment->asn);
  EXPECT_EQ(tenure(kNoon)->window, *LeaseWindow::make(kNoon, kNoon + 10s));
  EXPECT_EQ(tenure(kNoon)->member, oversight().member(alice_hash_, kNoon)->number);
  EXPECT_EQ(tenure(kNoon + 9s), tenure(kNoon));
  EXPECT_EQ(tenure(kNoon - 1s), std::nullopt);
  EXPECT_EQ(tenure(kNoon + 10s), std::nullopt);
}

TEST_P(LedgerOversight, ForgettingLeavesNoPersonAndEverythingThatHappened) {
  const Lease lease = leased(alice_);
  leased(bob_);
  const auto before = *oversight().tenure_of(lease.prefix, kNoon);
  const Asn asn = ledger_->holdings_of(alice_hash_, kNoon)->assignment->asn;
  const auto forgotten = oversight().forget(alice_hash_, "olga", kNoon + 5s);
  ASSERT_TRUE(forgotten) << forgotten.error().detail << forgotten.error().cause;

  EXPECT_EQ(ledger_->holdings_of(alice_hash_, kNoon)->assignment, std::nullopt);
  EXPECT_EQ(ledger_->member_at(alice_hash_, kNoon).error().kind, ErrorKind::NotFound);
  EXPECT_EQ(ledger_->members_at(kNoon)->size(), 1U);
  EXPECT_EQ(oversight().members({}, 100, kNoon)->size(), 1U);
  EXPECT_THAT(kinds_of(alice_hash_), testing::IsEmpty());

  const auto after = *oversight().tenure_of(lease.prefix, kNoon);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->member, before->member);
  EXPECT_EQ(after->window.end(), kNoon + 5s);
  EXPECT_EQ(after->asn, asn);

  const auto anew = ledger_->assign_asn(alice_, AsnRange::standard(), kNoon + 6s);
  ASSERT_TRUE(anew) << anew.error().detail << anew.error().cause;
  EXPECT_TRUE(anew->fresh);
  EXPECT_NE(anew->assignment.asn, asn);
  EXPECT_NE(oversight().member(alice_hash_, kNoon)->number, before->member);
}

TEST_P(LedgerOversight, AForgottenMembersPrefixRestsLikeAnyOther) {
  const AllocationRules one = rules_with("3fff:100::/48");
  ASSERT_TRUE(ledger_->lease_prefix(alice_, from(kNoon), one));
  ASSERT_TRUE(oversight().forget(alice_hash_, "olga", kNoon + 1min));
  const Instant frees = kNoon + 1min + one.cool_down_floor;
  EXPECT_FALSE(ledger_->lease_prefix(alice_, from(frees - 1s), one)) << "nobody has it back";
  EXPECT_TRUE(ledger_->lease_prefix(alice_, from(frees), one));
}

TEST_P(LedgerOversight, ForgettingAlsoForgetsKeysAndASuspension) {
  const RequestKey key{"k", "d"};
  const auto first = ledger_->lease_prefix(alice_, from(kNoon), rules_, key);
  ASSERT_TRUE(oversight().suspend(alice_hash_, "r", "olga", kNoon));
  ASSERT_TRUE(oversight().forget(alice_hash_, "olga", kNoon + 1s));
  const auto anew = ledger_->lease_prefix(alice_, from(kNoon + 2s), rules_, key);
  ASSERT_TRUE(anew) << anew.error().detail << anew.error().cause;
  EXPECT_FALSE(anew->replayed);
  EXPECT_NE(anew->lease.id, first->lease.id);
  EXPECT_EQ(kinds_of(alice_hash_).size(), 2U) << "the history of who was forgotten is not its own";
  EXPECT_FALSE(oversight().forget(bob_hash_, "olga", kNoon + 3s));
}

TEST_P(LedgerOversight, MembersSeveralTimesForgottenAreDifferentNumbers) {
  std::vector<std::uint64_t> numbers;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(ledger_->assign_asn(alice_, AsnRange::standard(), kNoon));
    numbers.push_back(oversight().member(alice_hash_, kNoon)->number);
    ASSERT_TRUE(oversight().forget(alice_hash_, "olga", kNoon));
  }
  ASSERT_TRUE(ledger_->assign_asn(bob_, AsnRange::standard(), kNoon));
  numbers.push_back(oversight().member(bob_hash_, kNoon)->number);
  std::sort(numbers.begin(), numbers.end());
  EXPECT_EQ(std::unique(numbers.begin(), numbers.end()), numbers.end());
}

TEST_P(LedgerOversight, VersionMovesWithEveryVerbThatChangesSomething) {
  const Lease lease = leased(alice_), other = leased(alice_);
  std::uint64_t last = *ledger_->version();
  const auto moved = [&] { return std::exchange(last, *ledger_->version()) != last; };
  ASSERT_TRUE(ledger_->renew(alice_hash_, lease.prefix, kNoon + 3h, kNoon));
  EXPECT_TRUE(moved()) << "a renewal";
  ASSERT_TRUE(ledger_->switch_rpki(alice_hash_, lease.prefix, false, kNoon));
  EXPECT_TRUE(moved()) << "a switch";
  ASSERT_TRUE(oversight().suspend(alice_hash_, "r", "olga", kNoon));
  EXPECT_TRUE(moved()) << "a suspension";
  ASSERT_TRUE(oversight().resume(alice_hash_, "olga", kNoon));
  EXPECT_TRUE(moved()) << "its end";
  ASSERT_TRUE(oversight().set_quota(alice_hash_, 5, "olga", kNoon));
  EXPECT_TRUE(moved()) << "a quota";
  ASSERT_TRUE(oversight().end_lease(lease.prefix, "olga", kNoon + 1s));
  EXPECT_TRUE(moved()) << "an operator's end of a lease";
  ASSERT_FALSE(oversight().end_lease(lease.prefix, "olga", kNoon + 2s));
  ASSERT_FALSE(oversight().suspend(bob_hash_, "r", "olga", kNoon));
  EXPECT_FALSE(moved()) << "refusals";
  ASSERT_TRUE(oversight().forget(alice_hash_, "olga", kNoon + 2s));
  EXPECT_TRUE(moved()) << "forgetting";
}

TEST_P(LedgerOversight, KnowsEachHolderOfAPrefixInTurn) {
  const AllocationRules one = rules_with("3fff:100::/48");
  const auto first = ledger_->lease_prefix(alice_, from(kNoon), one);
  const auto second = ledger_->lease_prefix(bob_, from(kNoon + 2h), one);
  ASSERT_TRUE(second) << second.error().detail << second.error().cause;
  const auto holder = [&](Instant at) {
    const auto tenure = *oversight().tenure_of(first->lease.prefix, at);
    return tenure ? std::optional{tenure->asn} : std::nullopt;
  };
  EXPECT_EQ(holder(kNoon + 1h - 1s), first->assignment.asn);
  EXPECT_EQ(holder(kNoon + 1h), std::nullopt);
  EXPECT_EQ(holder(kNoon + 2h), second->assignment.asn);
  EXPECT_EQ(holder(kNoon + 3h), std::nullopt);
}

TEST_P(LedgerOversight, PoolUseNamesWhatIsLeasedOrRests) {
  const auto use = [&](Instant since) {
    const auto told = oversight().pool_use(since);
    EXPECT_TRUE(told) << told.error().detail << told.error().cause;
    return told.value_or(std::vector<PrefixUse>{});
  };
  EXPECT_THAT(use(kNoon), testing::IsEmpty());
  const Lease one = leased(alice_), other = leased(bob_);
  ASSERT_TRUE(ledger_->revoke(alice_hash_, one.prefix, kNoon + 1min));
  const PrefixUse rests{one.prefix, kNoon + 1min}, held{other.prefix, other.window.end()};
  EXPECT_THAT(use(kNoon), testing::ElementsAre(rests, held));
  EXPECT_THAT(use(kNoon + 59s), testing::ElementsAre(rests, held));
  EXPECT_THAT(use(kNoon + 1min), testing::ElementsAre(held));
  EXPECT_THAT(use(held.free_from), testing::IsEmpty());
  ASSERT_TRUE(oversight().forget(alice_hash_, "olga", kNoon + 2min));
  EXPECT_THAT(use(kNoon), testing::ElementsAre(rests, held));
}

TEST_P(LedgerOversight, CountsEveryAsnEverGivenAndWhatIsLeased) {
  const auto taken = [&](Instant now, const AsnRange& asns = AsnRange::standard()) {
    const auto told = oversight().taken(asns, now);
    EXPECT_TRUE(told) << told.error().detail << told.error().cause;
    return told.value_or(Taken{});
  };
  EXPECT_EQ(taken(kNoon), (Taken{0, 0}));
  const Lease one = leased(alice_), other = leased(bob_);
  ASSERT_TRUE(ledger_->assign_asn(member("carol"), AsnRange::standard(), kNoon));
  EXPECT_EQ(taken(kNoon), (Taken{3, 2}));
  ASSERT_TRUE(oversight().suspend(bob_hash_, "r", "olga", kNoon));
  EXPECT_EQ(taken(kNoon), (Taken{3, 2})) << "a suspended member's is nobody else's";
  ASSERT_TRUE(ledger_->revoke(alice_hash_, one.prefix, kNoon + 1min));
  EXPECT_EQ(taken(kNoon + 1min), (Taken{3, 1}));
  EXPECT_EQ(taken(other.window.end() - 1s), (Taken{3, 1}));
  EXPECT_EQ(taken(other.window.end()), (Taken{3, 0}));
  ASSERT_TRUE(oversight().forget(alice_hash_, "olga", kNoon + 2min));
  EXPECT_EQ(taken(kNoon + 2min), (Taken{3, 1})) << "the ASN is nobody else's ever";
  const std::uint32_t first = ledger_->holdings_of(bob_hash_, kNoon)->assignment->asn.number();
  EXPECT_EQ(taken(kNoon, *AsnRange::make(first, first)).asns, 1U);
}

}  // namespace
}  // namespace peerlab::contract

#include "gateway/roa_keeper.h"

#include <gmock/gmock.h>

#include "tests/support/gateway/failing_ledger.h"

namespace peerlab::gateway {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class KeptRoas final : public rpki::RoaPublisher {
 public:
  Result<void> publish(const std::vector<rpki::Roa>& told, Instant /*now*/) override {
    ++asked;
    if (broken) return fail(ErrorKind::Unavailable, "the disk is full");
    roas = told;
    return {};
  }
  std::vector<rpki::Roa> roas;
  int asked = 0;
  bool broken = false;
};

class RoaKeeping : public testing::Test {
 protected:
  const Subject alice_ = *Subject::parse("alice"), bob_ = *Subject::parse("bob");
  const Asn platform_ = *Asn::make(64500);
  const AllocationRules rules_{.pool = *PrefixPool::make({*Ipv6Prefix::parse("3fff:100::/40")})};
  testing_support::FailingLedger ledger_;
  KeptRoas routers_;
  Tally tally_;
  const SystemClock clock_;
  News news_{ledger_, clock_};
  RoaKeeper keeper_{ledger_, news_, routers_, platform_, tally_};
  Instant now_{1'795'000'000s};

  Lease leased(const Subject& who, std::chrono::seconds length = 1h) {
    return ledger_.lease_prefix(who, LeaseWindow::starting(now_, length), rules_)->lease;
  }
  rpki::Roa roa_of(const Lease& lease) { return {lease.prefix, platform_, lease.window.end()}; }
  std::vector<rpki::Roa> told() {
    EXPECT_TRUE(keeper_.tend(now_));
    return routers_.roas;
  }
};

TEST_F(RoaKeeping, TellsOfNothingFirstAndThenOfEachLeaseInForce) {
  EXPECT_THAT(told(), IsEmpty());
  EXPECT_EQ(routers_.asked, 1) << "an earlier run may have left something there";
  const Lease lease = leased(alice_);
  EXPECT_THAT(told(), ElementsAre(roa_of(lease)));
  EXPECT_EQ(tally_.roas, 1U);
  now_ += 1h;
  EXPECT_THAT(told(), IsEmpty()) << "the lease ended, and nobody wrote that down";
  EXPECT_EQ(tally_.roas, 0U);
}

TEST_F(RoaKeeping, LeavesOutWhoWantsNoneAndWhoIsSuspended) {
  const Lease alices = leased(alice_), bobs = leased(bob_);
  ASSERT_TRUE(ledger_.switch_rpki(alices.holder, alices.prefix, false, now_));
  EXPECT_THAT(told(), ElementsAre(roa_of(bobs)));
  ASSERT_TRUE(ledger_.oversight().suspend(bobs.holder, "leaks", "olga", now_));
  EXPECT_THAT(told(), IsEmpty());
  ASSERT_TRUE(ledger_.switch_rpki(alices.holder, alices.prefix, true, now_));
  EXPECT_THAT(told(), ElementsAre(roa_of(alices)));
}

TEST_F(RoaKeeping, ARenewedLeaseHasItsNewEnd) {
  Lease lease = leased(alice_);
  (void)told();
  lease = *ledger_.renew(lease.holder, lease.prefix, now_ + 5h, now_);
  EXPECT_THAT(told(), ElementsAre(roa_of(lease)));
}

TEST_F(RoaKeeping, SaysNothingAgainUntilAnHourIsOver) {
  leased(alice_, 5h);
  (void)told();
  ASSERT_TRUE(ledger_.assign_asn(bob_, rules_.asns, now_));
  for (int look = 0; look < 5; ++look, now_ += 10min) (void)told();
  EXPECT_EQ(routers_.asked, 1);
  now_ += 10min;
  (void)told();
  EXPECT_EQ(routers_.asked, 2);
}

TEST_F(RoaKeeping, TriesAgainUntilItIsToldAndCountsBoth) {
  const Lease alices = leased(alice_);
  for (const bool earlier : {false, true}) {
    routers_.broken = true;
    if (earlier) {
      now_ += 1s;
      ASSERT_TRUE(ledger_.revoke(alices.holder, alices.prefix, now_));
    }
    EXPECT_FALSE(keeper_.tend(now_));
    EXPECT_FALSE(keeper_.tend(now_));
    routers_.broken = false;
    EXPECT_THAT(told(), testing::SizeIs(earlier ? 0 : 1));
  }
  EXPECT_EQ(tally_.roas_not_told, 4U);
  EXPECT_EQ(tally_.roas_told, 2U);
}

TEST_F(RoaKeeping, LeavesWhatWasToldWhileTheLedgerIsAway) {
  const Lease lease = leased(alice_);
  (void)told();
  for (int verbs = 0; verbs < 3; ++verbs) {
    now_ += 1s;
    ledger_.break_after(verbs);
    (void)keeper_.tend(now_);
    EXPECT_THAT(routers_.roas, ElementsAre(roa_of(lease)));
  }
}

}  // namespace
}  // namespace peerlab::gateway

// The checker, held against histories that are wrong in one way each: it must say so.
#include "tests/fire/checker.h"

#include <gmock/gmock.h>

#include "tests/support/temporary_folder.h"

namespace peerlab::fire {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

const Instant kNoon{1'795'000'000s};

Prefix48 prefix(int number) { return Prefix48::from_network(0x3FFF'0100'0000U + number); }
UserHash hash(const std::string& member) { return UserHash::of(subject_of(member)); }

// Alice leases an hour at noon and gives back after ten minutes; bob has another /48, and what
// alice gave back when it has rested; both look.  `when` counts seconds, of the ledger's clock and
// of the clients' alike.
class Checker : public testing::Test {
 protected:
  Operation& asked(Verb verb, const std::string& member, int when) {
    Operation one;
    one.verb = verb;
    one.member = member;
    one.earliest = one.latest = kNoon + std::chrono::seconds{when};
    one.started = std::chrono::seconds{when};
    one.ended = one.started + 500ms;
    one.length = verb == Verb::Lease ? 3600s : 0s;
    one.outcome = Outcome::Done;
    return history_.emplace_back(one);
  }
  static Told told(int number, int begin, int end) {
    return {prefix(number), *LeaseWindow::make(kNoon + std::chrono::seconds{begin},
                                               kNoon + std::chrono::seconds{end})};
  }
  StoredLease row(int number, const std::string& member, int begin, int end) {
    const Told one = told(number, begin, end);
    return {one.prefix, hash(member), one.window.begin(), one.window.end()};
  }
  [[nodiscard]] std::vector<std::string> faults() const {
    return faults_of(history_, state_, {.leases_per_member_max = 1, .cool_down_floor = 5min});
  }

  Checker() {
    history_.reserve(16);  // references into it stay
    asked(Verb::Lease, "alice", 0).leases = {told(0, 0, 3600)};
    asked(Verb::Lease, "bob", 1).leases = {told(1, 1, 3601)};
    asked(Verb::Read, "alice", 300).leases = {told(0, 0, 3600)};
    asked(Verb::Revoke, "alice", 600).prefix = prefix(0);
    asked(Verb::Read, "alice", 700).leases = {};
    asked(Verb::Lease, "bob", 3700).leases = {told(0, 3700, 7300)};
    history_[0].asn = history_[2].asn = *Asn::make(65000);
    history_[1].asn = *Asn::make(65001);
    state_.assignments = {{hash("alice"), *Asn::make(65000), kNoon},
                          {hash("bob"), *Asn::make(65001), kNoon + 1s}};
    state_.leases = {row(0, "alice", 0, 600), row(1, "bob", 1, 3601), row(0, "bob", 3700, 7300)};
  }
  std::vector<Operation> history_;
  LedgerState state_;
};

TEST_F(Checker, FindsNothingWrongWithWhatIsRight) { EXPECT_THAT(faults(), IsEmpty()); }

TEST_F(Checker, SaysThatAnAcknowledgedLeaseIsGone) {
  state_.leases.erase(state_.leases.begin() + 1);
  EXPECT_THAT(faults(), Contains(HasSubstr("bob: 3fff:100:1::/48")));
}

TEST_F(Checker, SaysThatALeaseEndsEarlierOrLaterThanItWasGiven) {
  state_.leases[1].end -= 60s;
  EXPECT_THAT(faults(), Contains(HasSubstr("nobody revoked it then")));
  state_.leases[1].end += 120s;
  EXPECT_THAT(faults(), Contains(HasSubstr("bob: stands until")));
}

TEST_F(Checker, SaysThatTwoHoldOnePrefixAtOnce) {
  asked(Verb::Lease, "carol", 2).leases = {told(1, 2, 3602)};
  state_.leases.push_back(row(1, "carol", 2, 3602));
  state_.assignments.push_back({hash("carol"), *Asn::make(65002), kNoon + 2s});
  EXPECT_THAT(faults(), Contains(HasSubstr("3fff:100:1::/48 is leased twice")));
}

TEST_F(Checker, SaysThatAPrefixDidNotRest) {
  asked(Verb::Lease, "carol", 3800).leases = {told(1, 3800, 7400)};
  state_.leases.push_back(row(1, "carol", 3800, 7400));
  state_.assignments.push_back({hash("carol"), *Asn::make(65002), kNoon + 3800s});
  EXPECT_THAT(faults(), Contains(HasSubstr("3fff:100:1::/48 did not rest")));
}

TEST_F(Checker, SaysThatOneThatWasGivenBackInItsFirstSecondDidNotRest) {
  asked(Verb::Lease, "carol", 50).leases = {told(2, 50, 3650)};
  asked(Verb::Revoke, "carol", 50).prefix = prefix(2);
  state_.assignments.push_back({hash("carol"), *Asn::make(65002), kNoon + 50s});
  EXPECT_THAT(faults(), IsEmpty());
  asked(Verb::Lease, "dave", 349).leases = {told(2, 349, 3949)};
  state_.leases.push_back(row(2, "dave", 349, 3949));
  state_.assignments.push_back({hash("dave"), *Asn::make(65003), kNoon + 349s});
  EXPECT_THAT(faults(), Contains(HasSubstr("3fff:100:2::/48 did not rest")));
}

TEST_F(Checker, SaysThatSomebodyHeldMoreThanTheQuota) {
  asked(Verb::Lease, "bob", 2).leases = {told(2, 2, 3602)};
  state_.leases.push_back(row(2, "bob", 2, 3602));
  EXPECT_THAT(faults(), Contains(HasSubstr("bob: held 2 leases")));
}

TEST_F(Checker, SaysThatARevokeTookNoEffect) {
  state_.leases[0].end = kNoon + 3600s;
  EXPECT_THAT(faults(), Contains(HasSubstr("alice: took no effect: revoke")));
}

TEST_F(Checker, SaysThatALeaseIsThereThatNobodyAskedFor) {
  state_.leases.push_back(row(5, "alice", 4000, 7600));
  EXPECT_THAT(faults(), Contains(HasSubstr("alice: no operation explains 3fff:100:5::/48")));
  state_.leases.back().holder = hash("mallory");
  EXPECT_THAT(faults(), Contains(HasSubstr("a stranger holds leases")));
}

TEST_F(Checker, TakesOneLeaseForEachOperationOfUnknownOutcomeAndNoMore) {
  asked(Verb::Lease, "alice", 4000).outcome = Outcome::Unknown;
  EXPECT_THAT(faults(), IsEmpty()) << "it was not done";
  state_.leases.push_back(row(5, "alice", 4000, 7600));
  EXPECT_THAT(faults(), IsEmpty()) << "it was done";
  state_.leases.push_back(row(6, "alice", 4000, 7600));
  EXPECT_THAT(faults(), Contains(HasSubstr("no operation explains"))) << "it was done twice";
}

TEST_F(Checker, TakesALongerLeaseOfOneSecondForTheOneOfUnknownOutcome) {
  asked(Verb::Lease, "alice", 4000).leases = {told(5, 4000, 7600)};
  asked(Verb::Revoke, "alice", 4000).prefix = prefix(5);
  state_.leases.push_back(row(5, "alice", 4000, 11200));
  EXPECT_THAT(faults(), Contains(HasSubstr("alice: stands until"))) << "nobody asked for so long";
  Operation& cut = asked(Verb::Lease, "alice", 4000);
  cut.outcome = Outcome::Unknown;
  EXPECT_THAT(faults(), Contains(HasSubstr("alice: stands until")))
      << "an hour does not explain it";
  cut.length = 7200s;
  EXPECT_THAT(faults(), IsEmpty());
}

// All within one second of the ledger's, and so without a row.
TEST_F(Checker, LetsARevokeOfUnknownOutcomeCloseTheLeaseBeforeTheNext) {
  int moment = 0;
  const auto at_4000 = [&](Verb verb) -> Operation& {
    Operation& one = asked(verb, "alice", 4000);
    one.started += std::chrono::milliseconds{10 * ++moment};
    one.ended = one.started + 5ms;
    if (verb == Verb::Lease) one.leases = {told(5, 4000, 7600)};
    if (verb == Verb::Revoke) one.prefix = prefix(5);
    return one;
  };
  at_4000(Verb::Lease);
  Operation& cut = at_4000(Verb::Revoke);
  cut.outcome = Outcome::Unknown;
  at_4000(Verb::Lease);
  at_4000(Verb::Revoke);
  EXPECT_THAT(faults(), IsEmpty());
  cut.outcome = Outcome::Refused;
  EXPECT_THAT(faults(), Contains(HasSubstr("nobody revoked it then")));
}

TEST_F(Checker, TakesNothingForAnOperationThatWasSaidToHaveDoneNothing) {
  asked(Verb::Lease, "alice", 4000).outcome = Outcome::NothingDone;
  state_.leases.push_back(row(5, "alice", 4000, 7600));
  EXPECT_THAT(faults(), Contains(HasSubstr("no operation explains")));
}

TEST_F(Checker, AllowsARevokeOfUnknownOutcomeBoth) {
  history_[3].outcome = Outcome::Unknown;
  EXPECT_THAT(faults(), IsEmpty());
  state_.leases[0].end = kNoon + 3600s;
  history_.erase(history_.begin() + 4, history_.end());  // nobody looked
  state_.leases.pop_back();
  EXPECT_THAT(faults(), IsEmpty());
}

TEST_F(Checker, SaysThatAnAsnHasTwoHoldersOrAHolderAnother) {
  state_.assignments[1].asn = *Asn::make(65000);
  EXPECT_THAT(faults(), Contains(HasSubstr("AS65000 has two holders")));
  EXPECT_THAT(faults(), Contains(HasSubstr("bob: was told AS65001 and holds AS65000")));
  state_.assignments.pop_back();
  EXPECT_THAT(faults(), Contains(HasSubstr("bob: its ASN is not in the ledger")));
  state_.assignments.push_back({hash("mallory"), *Asn::make(65009), kNoon});
  EXPECT_THAT(faults(), Contains(HasSubstr("a stranger holds AS65009")));
}

TEST_F(Checker, SaysThatSomebodyWasNotShownWhatItHolds) {
  history_[2].leases.clear();
  EXPECT_THAT(faults(), Contains(HasSubstr("alice: was not shown 3fff:100::/48")));
}

TEST_F(Checker, SaysThatSomebodyWasShownWhatItGaveBackOrNeverHad) {
  history_[4].leases = {told(0, 0, 3600)};
  EXPECT_THAT(faults(), Contains(HasSubstr("alice: was shown the revoked 3fff:100::/48")));
  history_[4].leases = {told(9, 0, 3600)};
  EXPECT_THAT(faults(), Contains(HasSubstr("alice: was shown what nobody gave")));
}

TEST_F(Checker, SaysThatARefusalWasWrong) {
  Operation& lease = asked(Verb::Lease, "alice", 800);
  lease.outcome = Outcome::Refused;
  lease.reason = "quota-reached";
  EXPECT_THAT(faults(), Contains(HasSubstr("alice: did not hold its quota")));
  lease.started = lease.ended = 650s;
  lease.earliest = lease.latest = kNoon + 550s;
  EXPECT_THAT(faults(), IsEmpty()) << "at its instant the lease was in force";
  Operation& revoke = asked(Verb::Revoke, "bob", 100);
  revoke.prefix = prefix(1);
  revoke.outcome = Outcome::Refused;
  revoke.reason = "not-found";
  EXPECT_THAT(faults(), Contains(HasSubstr("bob: held what was denied by revoke")));
}

TEST_F(Checker, SaysWhatNoContractAllows) {
  history_[1].outcome = Outcome::Wrong;
  history_[1].reason = "500";
  EXPECT_THAT(faults(), Contains(HasSubstr("bob: a wrong answer to lease")));
  history_[1].outcome = Outcome::Done;
  history_[1].length = 7200s;
  EXPECT_THAT(faults(), Contains(HasSubstr("bob: not the window asked for")));
}

TEST_F(Checker, ReadsAHistoryAsItWasWrittenAlsoWhenItsClientWasKilled) {
  const testing_support::TemporaryFolder folder;
  {
    const HistoryWriter writer{folder / "one.history"};
    for (const Operation& one : history_) {
      writer.begin(one);
      writer.end(one);
    }
    writer.begin(asked(Verb::Lease, "alice", 4000));
  }
  state_.leases.push_back(row(5, "alice", 4000, 7600));
  history_ = read_histories(folder.path());
  ASSERT_EQ(history_.size(), 7U);
  EXPECT_EQ(history_.back().outcome, Outcome::Unknown);
  EXPECT_THAT(faults(), IsEmpty());
  state_.leases.erase(state_.leases.begin());
  EXPECT_FALSE(faults().empty());
}

}  // namespace
}  // namespace peerlab::fire

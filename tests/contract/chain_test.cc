// The chain of events, over every back end.
#include <gmock/gmock.h>

#include <thread>

#include "tests/contract/open_ledger.h"

namespace peerlab::contract {
namespace {

using namespace std::chrono_literals;

class LedgerChain : public EveryBackEnd {
 protected:
  const AllocationRules rules_ = rules_with("3fff:100::/40", 8);

  void lease(const std::string& who) {
    const auto grant = ledger_->lease_prefix(member(who), from(kNoon), rules_);
    ASSERT_TRUE(grant) << grant.error().detail << grant.error().cause;
  }
};

INSTANTIATE_TEST_SUITE_P(, LedgerChain, testing::ValuesIn(back_ends()), name_of_back_end);

TEST_P(LedgerChain, IsEmptyAndWholeAtFirst) {
  const auto chain = ledger_->oversight().verify_chain();
  ASSERT_TRUE(chain) << chain.error().detail << chain.error().cause;
  EXPECT_EQ(chain->length, 0U);
  EXPECT_EQ(chain->head, first_link());
  EXPECT_EQ(chain->first_broken, std::nullopt);
}

TEST_P(LedgerChain, LinksEveryEventOnceInOrder) {
  Oversight& oversight = ledger_->oversight();
  const std::uint64_t unsealed = *ledger_->version();
  lease("alice");
  const std::uint64_t version = *ledger_->version();
  EXPECT_NE(version, unsealed);
  const auto sealed = oversight.seal_events();
  ASSERT_TRUE(sealed) << sealed.error().detail << sealed.error().cause;
  EXPECT_EQ(*sealed, 2U);
  EXPECT_EQ(*oversight.seal_events(), 0U);
  EXPECT_EQ(*ledger_->version(), version) << "sealing changes nobody's holdings";
  lease("bob");
  EXPECT_EQ(*oversight.seal_events(), 2U);

  const auto events = oversight.chain_after(0, 100);
  ASSERT_TRUE(events) << events.error().detail << events.error().cause;
  ASSERT_EQ(events->size(), 4U);
  std::string link = first_link();
  for (std::size_t i = 0; i < events->size(); ++i) {
    EXPECT_EQ(events->at(i).position, i + 1);
    link = link_of(link, events->at(i).event);
    EXPECT_EQ(events->at(i).link, link);
  }
  const auto chain = oversight.verify_chain();
  EXPECT_EQ(chain->length, 4U);
  EXPECT_EQ(chain->head, link);
  EXPECT_EQ(chain->first_broken, std::nullopt);
  const auto rest = oversight.chain_after(2, 1);
  ASSERT_EQ(rest->size(), 1U);
  EXPECT_EQ(rest->at(0).position, 3U);
  EXPECT_THAT(*oversight.chain_after(4, 100), testing::IsEmpty());
  constexpr auto kFarBehind = std::numeric_limits<std::uint64_t>::max();
  EXPECT_THAT(*oversight.chain_after(kFarBehind, 100), testing::IsEmpty());
  const UserHash alice = UserHash::of(member("alice"));
  EXPECT_THAT(*ledger_->events_of(alice, kFarBehind, 100), testing::SizeIs(2));
}

TEST_P(LedgerChain, KeepsWhatAnEventSaysThroughTheStore) {
  lease("alice");
  const UserHash alice = UserHash::of(member("alice"));
  Oversight& oversight = ledger_->oversight();
  const std::string reason = "100 % \"odd\", line\ttab and \xc3\xa9";
  ASSERT_TRUE(oversight.suspend(alice, reason, "olga o'hara", kNoon));
  ASSERT_TRUE(oversight.set_quota(alice, std::nullopt, "olga", kNoon));
  ASSERT_TRUE(oversight.seal_events());
  const auto events = oversight.chain_after(0, 100);
  ASSERT_EQ(events->size(), 4U);
  EXPECT_EQ(events->at(2).event.note, reason);
  EXPECT_EQ(events->at(2).event.actor, "olga o'hara");
  EXPECT_EQ(events->at(3).event.note, "default");
  EXPECT_EQ(oversight.verify_chain()->first_broken, std::nullopt);
}

TEST_P(LedgerChain, StaysWholeWhenAPersonIsForgotten) {
  lease("alice");
  Oversight& oversight = ledger_->oversight();
  ASSERT_TRUE(oversight.seal_events());
  const std::string head = oversight.verify_chain()->head;
  ASSERT_TRUE(oversight.forget(UserHash::of(member("alice")), "olga", kNoon + 1s));
  EXPECT_EQ(oversight.verify_chain()->head, head);
  ASSERT_TRUE(oversight.seal_events());
  const auto chain = oversight.verify_chain();
  EXPECT_EQ(chain->first_broken, std::nullopt);
  EXPECT_EQ(chain->length, 4U) << "ASN, lease, its end, forgotten";
}

TEST_P(LedgerChain, PassesNoEventOverWhileManyWriteAndSealAtOnce) {
  std::vector<std::jthread> writers;
  for (int w = 0; w < 4; ++w) {
    writers.emplace_back([&, w] {
      for (int i = 0; i < 20; ++i) {
        lease(std::to_string(w) + "/" + std::to_string(i));
        if (i % 4 == 0) {
          EXPECT_TRUE(ledger_->oversight().seal_events());
        }
      }
    });
  }
  writers.clear();
  Oversight& oversight = ledger_->oversight();
  ASSERT_TRUE(oversight.seal_events());
  const auto chain = oversight.verify_chain();
  EXPECT_EQ(chain->length, 160U);
  EXPECT_EQ(chain->first_broken, std::nullopt);
}

}  // namespace
}  // namespace peerlab::contract

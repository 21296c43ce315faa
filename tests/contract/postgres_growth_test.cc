// That the cost of a verb does not grow with what happened before, as the server counts it.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <thread>

#include "tests/contract/open_ledger.h"

namespace peerlab::contract {
namespace {

using namespace std::chrono_literals;
using testing_support::PostgresServer;

class PostgresGrowth : public testing::Test {
 protected:
  static constexpr int kRounds = 60, kMembers = 8;
  std::string url_;
  std::unique_ptr<Ledger> ledger_;

  void SetUp() override {
    const auto server = PostgresServer::shared();
    if (!server) GTEST_SKIP() << server.error().detail;
    url_ = *(*server)->new_database();
    auto ledger = open_postgres_ledger({.url = Secret{url_}, .connections = 2}, Seal::ephemeral());
    ASSERT_TRUE(ledger) << ledger.error().detail;
    ledger_ = std::move(*ledger);
  }

  // What every member does in a minute, and what the gateway does behind it.
  void live(int round) {
    const Instant now = kNoon + std::chrono::minutes{round};
    const AllocationRules rules = rules_with("3fff:100::/40");
    for (int i = 0; i < kMembers; ++i) {
      const Subject who = member("growth" + std::to_string(i));
      const auto user = UserHash::of(who);
      const auto grant = ledger_->lease_prefix(who, from(now), rules);
      ASSERT_TRUE(grant) << grant.error().detail << grant.error().cause;
      const Prefix48 prefix = grant->lease.prefix;
      ASSERT_TRUE(ledger_->switch_rpki(user, prefix, false, now));
      ASSERT_TRUE(ledger_->renew(user, prefix, now + 2h, now));
      ASSERT_TRUE(ledger_->events_of(user, std::nullopt, 20));
      ASSERT_TRUE(ledger_->holdings_of(user, now));
      ASSERT_TRUE(ledger_->revoke(user, prefix, now + 30s));
    }
    ASSERT_TRUE(ledger_->oversight().seal_events());
    const auto news = ledger_->oversight().chain_after(sealed_, 1000);
    ASSERT_TRUE(news) << news.error().detail << news.error().cause;
    sealed_ = news->back().position;
    ASSERT_TRUE(ledger_->next_change_after(now));
  }

  std::int64_t count(const std::string& what, const std::string& tables) const {
    return std::stoll(PostgresServer::psql(
        url_, fmt::format("SELECT sum({}) FROM pg_stat_user_tables WHERE relname IN ({})", what,
                          tables)));
  }

  std::uint64_t sealed_ = 0;
};

TEST_F(PostgresGrowth, WhatHappenedBeforeIsNotReadAgain) {
  for (int round = 0; round < kRounds; ++round) live(round);
  if (HasFatalFailure()) return;
  constexpr std::int64_t kEvents = kMembers * (4 * kRounds + 1);
  EXPECT_EQ(sealed_, kEvents);
  ledger_.reset();  // a session tells what it counted when it ends
  for (int tries = 0; tries < 200 && count("n_tup_ins", "'events'") < kEvents; ++tries) {
    std::this_thread::sleep_for(100ms);
  }
  ASSERT_EQ(count("n_tup_ins", "'events'"), kEvents);
  EXPECT_LT(count("seq_tup_read", "'events', 'seals', 'leases'"), 2 * kEvents)
      << "rows that were read from a table's begin to its end";
}

}  // namespace
}  // namespace peerlab::contract

// Hearing of what another process wrote: LISTEN and NOTIFY.
#include <gmock/gmock.h>

#include <condition_variable>
#include <mutex>

#include "tests/contract/open_ledger.h"
#include "tests/support/own_postgres.h"

namespace peerlab::contract {
namespace {

using namespace std::chrono_literals;
using testing_support::PostgresServer;

constexpr Instant kNow{1'795'000'000s};

// Counts what was heard.
class Ear {
 public:
  void hear() {
    const std::lock_guard lock{mutex_};
    ++heard_;
    changed_.notify_all();
  }
  [[nodiscard]] int heard() const {
    const std::lock_guard lock{mutex_};
    return heard_;
  }
  template <class Condition>
  [[nodiscard]] bool await(Condition condition, std::chrono::milliseconds longest = 20s) const {
    const auto end = std::chrono::steady_clock::now() + longest;
    std::unique_lock lock{mutex_};
    while (!condition(heard_)) {
      if (std::chrono::steady_clock::now() > end) return false;
      changed_.wait_for(lock, 10ms);
    }
    return true;
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  int heard_ = 0;
};

class PostgresListening : public testing_support::WithOwnPostgres<> {
 protected:
  void SetUp() override {
    WithOwnPostgres::SetUp();
    if (IsSkipped()) return;
    here_ = open();
    there_ = open();
    ASSERT_TRUE(await_first_words());
    listening_ = here_->listen([this] { ear_.hear(); });
    ASSERT_TRUE(listening_);
    ASSERT_TRUE(await_sound(true));
    ASSERT_TRUE(ear_.await([](int heard) { return heard == 1; })) << "listening began";
  }
  std::unique_ptr<Ledger> open() {
    return *open_postgres_ledger({.url = Secret{url_}, .connections = 2}, seal_);
  }
  // Each ledger says something once when it opens: after that, what is heard was written.
  bool await_first_words() const {
    return ear_.await([&](int) {
      return PostgresServer::psql(url_,
                                  "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle' "
                                  "AND query = 'NOTIFY peerlab_ledger'") == "2";
    });
  }
  bool await_sound(bool sound) {
    return ear_.await([&](int) { return listening_->sound() == sound; });
  }
  void write_there(const std::string& name) {
    const auto given = there_->assign_asn(*Subject::parse(name), AsnRange::standard(), kNow);
    ASSERT_TRUE(given) << given.error().cause;
  }

  Seal seal_ = Seal::ephemeral();
  Ear ear_;
  std::unique_ptr<Ledger> here_, there_;
  std::unique_ptr<Listening> listening_;
};

TEST_F(PostgresListening, HearsOfWhatWasWrittenAndOfNothingElse) {
  ASSERT_TRUE(there_->version());
  ASSERT_TRUE(there_->members_at(kNow));
  write_there("test|alice");
  EXPECT_TRUE(ear_.await([](int heard) { return heard == 2; }));
  write_there("test|alice");  // she has one
  EXPECT_FALSE(ear_.await([](int heard) { return heard > 2; }, 500ms));
  write_there("test|bob");
  EXPECT_TRUE(ear_.await([](int heard) { return heard == 3; }));
  EXPECT_EQ(ear_.heard(), 3);
}

// The one before may have ended between its commit and its word.
TEST_F(PostgresListening, HearsOfALedgerThatOpens) {
  const auto third = open();
  EXPECT_TRUE(ear_.await([](int heard) { return heard == 2; }));
}

TEST_F(PostgresListening, HearsWhatEveryVerbThatChangesSomethingWrote) {
  const AllocationRules rules = rules_with("3fff:100::/40");
  const Subject alice = *Subject::parse("test|alice");
  const UserHash user = UserHash::of(alice);
  Oversight& oversight = there_->oversight();
  const auto lease = there_->lease_prefix(alice, from(kNow), rules);
  ASSERT_TRUE(lease);
  EXPECT_TRUE(ear_.await([](int heard) { return heard == 2; }));
  const Prefix48 prefix = lease->lease.prefix;
  const std::vector<std::function<bool()>> verbs{
      [&] { return there_->renew(user, prefix, kNow + 48h, kNow).has_value(); },
      [&] { return there_->switch_rpki(user, prefix, false, kNow).has_value(); },
      [&] { return oversight.suspend(user, "a reason", "olga", kNow).has_value(); },
      [&] { return oversight.resume(user, "olga", kNow).has_value(); },
      [&] { return oversight.set_quota(user, 2, "olga", kNow).has_value(); },
      [&] { return there_->revoke(user, prefix, kNow + 1s).has_value(); },
      [&] { return there_->lease_prefix(alice, from(kNow + 2s), rules).has_value(); },
      [&] { return oversight.end_lease(prefix, "olga", kNow + 3s).has_value(); },
      [&] { return oversight.forget(user, "olga", kNow + 4s).has_value(); }};
  for (std::size_t i = 0; i < verbs.size(); ++i) {
    const int before = ear_.heard();
    ASSERT_TRUE(verbs[i]()) << i;
    EXPECT_TRUE(ear_.await([&](int heard) { return heard == before + 1; })) << i;
  }
}

TEST_F(PostgresListening, AWordThatTheServerDidNotTakeIsSaidAgain) {
  EXPECT_EQ(PostgresServer::psql(url_,
                                 "SELECT bool_and(pg_terminate_backend(pid)) FROM pg_stat_activity "
                                 "WHERE query = 'NOTIFY peerlab_ledger'"),
            "t");
  const int before = ear_.heard();
  write_there("test|alice");
  EXPECT_TRUE(ear_.await([&](int heard) { return heard > before; }));
}

TEST_F(PostgresListening, SaysThatItIsDeafAndHearsAgainOnceTheServerIsBack) {
  server_->stop();
  EXPECT_TRUE(await_sound(false));
  const int before = ear_.heard();
  EXPECT_EQ(before, 2) << "what follows may be missed";
  ASSERT_TRUE(server_->run());
  EXPECT_TRUE(await_sound(true));
  EXPECT_TRUE(ear_.await([&](int heard) { return heard > before; })) << "look once";
  const int back = ear_.heard();
  write_there("test|alice");
  EXPECT_TRUE(ear_.await([&](int heard) { return heard > back; }));
}

TEST_F(PostgresListening, EndsAtOnceAlsoWhileTheServerIsGone) {
  server_->stop();
  EXPECT_TRUE(await_sound(false));
  listening_.reset();
}

}  // namespace
}  // namespace peerlab::contract

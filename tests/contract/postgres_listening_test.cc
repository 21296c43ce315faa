// Hearing of what another process wrote: LISTEN and NOTIFY.
#include <gmock/gmock.h>

#include <condition_variable>
#include <mutex>

#include "tests/contract/open_ledger.h"

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

class PostgresListening : public testing::Test {
 protected:
  void SetUp() override {
    const auto server = PostgresServer::start();
    if (!server) GTEST_SKIP() << server.error().detail;
    server_ = *server;
    url_ = *server_->new_database();
    here_ = open();
    there_ = open();
    listening_ = here_->listen([this] { ear_.hear(); });
    ASSERT_TRUE(listening_);
    ASSERT_TRUE(await_sound(true));
    ASSERT_TRUE(ear_.await([](int heard) { return heard == 1; })) << "listening began";
  }
  std::unique_ptr<Ledger> open() {
    return *open_postgres_ledger({.url = Secret{url_}, .connections = 2}, seal_);
  }
  bool await_sound(bool sound) {
    return ear_.await([&](int) { return listening_->sound() == sound; });
  }
  void write_there(const std::string& name) {
    const auto given = there_->assign_asn(*Subject::parse(name), AsnRange::standard(), kNow);
    ASSERT_TRUE(given) << given.error().cause;
  }

  Seal seal_ = Seal::ephemeral();
  std::shared_ptr<PostgresServer> server_;
  std::string url_;
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
  write_there("test|bob");
  EXPECT_TRUE(ear_.await([](int heard) { return heard == 3; }));
  EXPECT_EQ(ear_.heard(), 3);
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

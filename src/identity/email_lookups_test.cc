// The whole way from a name that is wanted to an address that is known, past a tenant that limits,
// refuses, hangs and is gone.
#include "identity/email_lookups.h"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "identity/auth0_directory.h"
#include "tests/support/test_directory.h"

namespace peerlab::identity {
namespace {

using namespace std::chrono_literals;
using testing_support::TestDirectory;

constexpr auto kLongEnough = 30s;  // on a busy machine; nothing waits so long when all is well

class EmailLookupsTest : public testing::Test {
 protected:
  ~EmailLookupsTest() override {
    lookups_.reset();
    EXPECT_LE(tenant_.most_at_once(), 1);
  }

  static Subject subject(int number) {
    return Subject::parse("auth0|" + std::to_string(number)).value();
  }
  std::optional<std::string> email_of(int number) {
    return book_.email_of(UserHash::of(subject(number)), subject(number), clock_.now());
  }
  void put(int first, int last) {
    for (int i = first; i <= last; ++i) {
      tenant_.put("auth0|" + std::to_string(i), {std::to_string(i) + "@example.org"});
    }
  }
  bool all_known(int first, int last) {
    int known = 0;
    for (int i = first; i <= last; ++i) known += email_of(i) ? 1 : 0;
    return known == last - first + 1;
  }
  template <class Condition>
  static bool eventually(const Condition& condition) {
    const auto end = std::chrono::steady_clock::now() + kLongEnough;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(2ms);
    }
    return true;
  }
  static bool lasts(EmailBook& book) {
    return book.promptness().lasts(std::chrono::steady_clock::now());
  }
  void start(LookupPace pace) { start(book_, pace); }
  void start(EmailBook& book, LookupPace pace) {
    lookups_ = std::make_unique<EmailLookups>(
        book,
        std::make_unique<Auth0Directory>(
            client_, Auth0Tenant{.url = tenant_.url(),
                                 .client_id = std::string{TestDirectory::kClientId},
                                 .client_secret = Secret{std::string{TestDirectory::kClientSecret}},
                                 .patience = patience_}),
        clock_, [this] { ++news_; }, pace);
  }

  static constexpr LookupPace kFast{.between = 1ms, .first_pause = 1ms, .longest_pause = 20ms};
  TestDirectory tenant_;
  http::Client client_;
  SystemClock clock_;
  EmailBook book_{1'000};
  std::chrono::milliseconds patience_ = 10s;
  std::atomic<int> news_ = 0;
  std::unique_ptr<EmailLookups> lookups_;
};

TEST_F(EmailLookupsTest, BringWhoeverIsWantedInFewQuestions) {
  put(1, 120);
  for (int i = 1; i <= 120; ++i) EXPECT_EQ(email_of(i), std::nullopt);
  const auto before = book_.version();
  start(kFast);
  ASSERT_TRUE(eventually([&] { return all_known(1, 120); }));
  EXPECT_EQ(tenant_.searches(), 3);
  EXPECT_EQ(tenant_.looked_up(), 0);
  EXPECT_EQ(tenant_.tokens(), 1);
  ASSERT_TRUE(eventually([&] { return news_ > 0 && !book_.anybody_wanted(); }));
  EXPECT_NE(book_.version(), before);
  EXPECT_THAT(tenant_.faults(), testing::IsEmpty());
}

TEST_F(EmailLookupsTest, AskNothingWhereNothingIsWanted) {
  put(1, 10);
  start(kFast);
  for (int i = 1; i <= 10; ++i) (void)email_of(i);
  ASSERT_TRUE(eventually([&] { return all_known(1, 10); }));
  const int questions = tenant_.questions();
  for (int round = 0; round < 100; ++round) ASSERT_TRUE(all_known(1, 10));
  EXPECT_EQ(tenant_.questions(), questions);
}

TEST_F(EmailLookupsTest, FindOneWhoIsTooNewForTheIndexAndTellNobodyThere) {
  put(1, 2);
  tenant_.put("auth0|3", {.email = "3@example.org", .indexed = false});
  for (int i = 1; i <= 4; ++i) (void)email_of(i);
  start(kFast);
  ASSERT_TRUE(eventually([&] { return all_known(1, 3) && !book_.anybody_wanted(); }));
  ASSERT_TRUE(eventually([&] { return tenant_.looked_up() == 2; }));
  EXPECT_EQ(email_of(4), std::nullopt);
}

TEST_F(EmailLookupsTest, GoOnAfterEveryRefusalThatPasses) {
  put(1, 60);
  start(kFast);
  const std::pair<const char*, std::function<void()>> refusals[]{
      {"429", [&] { tenant_.limit_users(1); }},
      {"500 access_denied",
       [&] {
         tenant_.refuse_old_tokens();
         tenant_.limit_tokens(2);
       }},
      {"401", [&] { tenant_.refuse_old_tokens(); }},
      {"403",
       [&] {
         tenant_.forbid(true);
         (void)email_of(40);
         EXPECT_TRUE(eventually(
             [&, seen = tenant_.questions()] { return tenant_.questions() >= seen + 2; }));
         tenant_.forbid(false);
       }},
      {"503", [&] { tenant_.time_out_searches_of_more_than(2); }}};
  int next = 1;
  for (const auto& [name, refuse] : refusals) {
    refuse();
    for (int i = next; i < next + 8; ++i) (void)email_of(i);
    EXPECT_TRUE(eventually([&] { return all_known(next, next + 7); })) << name;
    next += 8;
  }
  EXPECT_THAT(tenant_.faults(), testing::IsEmpty());
}

TEST_F(EmailLookupsTest, AskEverMoreRarelyWhileNothingIsAnswered) {
  tenant_.forbid(true);
  (void)email_of(1);
  start({.between = 1ms, .first_pause = 50ms, .longest_pause = 100'000ms});
  std::this_thread::sleep_for(1s);
  const int asked = tenant_.questions();
  EXPECT_LE(asked, 6) << "after 0, 50, 150, 350, 750 ms";
}

TEST_F(EmailLookupsTest, LeaveTheTenantAloneForAsLongAsItSays) {
  put(1, 1);
  tenant_.limit_users(1, 2);
  (void)email_of(1);
  start(kFast);
  ASSERT_TRUE(eventually([&] { return tenant_.questions() >= 1; }));
  const auto refused = std::chrono::steady_clock::now();
  ASSERT_TRUE(eventually([&] { return all_known(1, 1); }));
  EXPECT_GE(std::chrono::steady_clock::now() - refused, 1'900ms);
}

TEST_F(EmailLookupsTest, KeepNobodyWaitingWhoReads) {
  put(1, 1);
  tenant_.hold(true);
  start(kFast);
  EXPECT_EQ(email_of(1), std::nullopt);
  ASSERT_TRUE(eventually([&] { return tenant_.most_at_once() > 0; }));
  EXPECT_EQ(email_of(1), std::nullopt);
  tenant_.hold(false);
  EXPECT_TRUE(eventually([&] { return all_known(1, 1); }));
}

// Whoever needs addresses waits for them; the machine may stall for a moment in some rounds and not
// in all.
TEST_F(EmailLookupsTest, ArePromptThroughManyQuestions) {
  put(1, 300);
  bool prompt = false;
  for (int round = 0; round < 10 && !prompt; ++round) {
    lookups_.reset();
    EmailBook book{1'000};
    for (int i = 1; i <= 300; ++i) {
      (void)book.email_of(UserHash::of(subject(i)), subject(i), clock_.now());
    }
    const int before = tenant_.searches();
    start(book, kFast);
    ASSERT_TRUE(eventually([&] { return !book.anybody_wanted() && !book.has_news(); }));
    prompt = lasts(book);
    lookups_.reset();
    EXPECT_EQ(tenant_.searches() - before, 6);
  }
  EXPECT_TRUE(prompt);
}

TEST_F(EmailLookupsTest, AreNotPromptWhereTheTenantHangs) {
  put(1, 1);
  tenant_.hold(true);
  patience_ = 60s;
  (void)email_of(1);
  EXPECT_TRUE(lasts(book_));
  start(book_, kFast);
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_TRUE(eventually([&] { return !lasts(book_); }));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, Promptness::kInAll / 2);
  EXPECT_EQ(book_.lookups().failed, 0U) << "it does not take a time-out";
  tenant_.hold(false);
  ASSERT_TRUE(eventually([&] { return all_known(1, 1); }));
  EXPECT_FALSE(lasts(book_));
}

TEST_F(EmailLookupsTest, AreNotPromptWhereTheTenantRefusesOrWantsALongRest) {
  put(1, 1);
  const std::pair<const char*, std::function<void()>> troubles[]{
      {"403", [&] { tenant_.forbid(true); }},
      {"429", [&] { tenant_.limit_users(1, 2); }},
      {"no token", [&] { tenant_.limit_tokens(1); }},
      {"a rest", [&] { tenant_.remaining(0, (clock_.now() + 1h).time_since_epoch().count()); }}};
  for (const auto& [name, trouble] : troubles) {
    EmailBook book{1'000};
    (void)book.email_of(UserHash::of(subject(1)), subject(1), clock_.now());
    trouble();
    start(book, {.between = 1ms, .first_pause = 100'000ms, .longest_pause = 100'000ms});
    ASSERT_TRUE(eventually([&] {
      const EmailBook::Lookups all = book.lookups();
      return all.failed + all.answered > 0;
    })) << name;
    EXPECT_TRUE(eventually([&] { return !lasts(book); })) << name;
    lookups_.reset();
    tenant_.forbid(false);
  }
}

TEST_F(EmailLookupsTest, EndAtOnceWhileTheyPause) {
  tenant_.forbid(true);
  (void)email_of(1);
  start({.first_pause = 100'000ms, .longest_pause = 100'000ms});
  ASSERT_TRUE(eventually([&] { return tenant_.questions() > 0; }));
  const auto begin = std::chrono::steady_clock::now();
  lookups_->stop();
  lookups_.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, kLongEnough);
}

TEST_F(EmailLookupsTest, TellOnceThatNobodyIsThere) {
  (void)email_of(1);
  start(kFast);
  ASSERT_TRUE(eventually([&] { return news_ == 1; }));
  (void)book_.email_of(UserHash::of(subject(1)), subject(1), clock_.now() + 25h);
  ASSERT_TRUE(eventually([&] { return tenant_.looked_up() == 2; }));
  lookups_.reset();
  EXPECT_EQ(news_, 1) << "the second answer is as the first";
  EXPECT_EQ(book_.version(), 1U);
}

}  // namespace
}  // namespace peerlab::identity

#include "identity/email_book.h"

#include <gmock/gmock.h>

#include <random>
#include <set>

namespace peerlab::identity {
namespace {

using namespace std::chrono_literals;

Subject subject(int number) { return Subject::parse("auth0|" + std::to_string(number)).value(); }
std::string address(int number) { return std::to_string(number) + "@example.org"; }

class EmailBookTest : public testing::Test {
 protected:
  std::optional<std::string> email_of(int number) {
    const Subject who = subject(number);
    return book_.email_of(UserHash::of(who), who, now_);
  }
  // Takes whoever is wanted, and has a directory know them all.
  std::size_t learn_all(std::size_t most = 50) {
    const std::vector<Subject> asked = book_.take(most);
    DirectoryAnswer answer;
    for (const Subject& who : asked) {
      answer.found[UserHash::of(who)] = who.secret().reveal().substr(6) + "@example.org";
    }
    if (!asked.empty()) (void)book_.learn(asked, answer, now_);
    return asked.size();
  }

  Instant now_ = *parse_rfc3339("2026-11-23T14:06:44Z");
  EmailBook book_{100};
};

TEST_F(EmailBookTest, WantsEachOnceAndAnswersWithoutWaiting) {
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 10; ++i) EXPECT_EQ(email_of(i), std::nullopt);
  }
  EXPECT_EQ(learn_all(), 10U);
  EXPECT_FALSE(book_.anybody_wanted());
  for (int i = 0; i < 10; ++i) EXPECT_EQ(email_of(i), address(i));
  EXPECT_FALSE(book_.anybody_wanted());
}

TEST_F(EmailBookTest, HasWhoeverWasTakenForNobodyElse) {
  EXPECT_EQ(email_of(1), std::nullopt);
  const auto taken = book_.take(50);
  EXPECT_EQ(taken.size(), 1U);
  EXPECT_EQ(email_of(1), std::nullopt);
  EXPECT_TRUE(book_.take(50).empty());
  book_.put_back(taken);
  EXPECT_EQ(book_.take(50), taken);
}

TEST_F(EmailBookTest, AsksAloneForWhomNobodyFoundAmongOthers) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(email_of(i), std::nullopt);
  EXPECT_TRUE(book_.learn(book_.take(50), {}, now_)) << "nobody is awaited any more";
  std::set<std::string> alone;
  for (int i = 0; i < 3; ++i) {
    const auto one = book_.take(50);
    ASSERT_EQ(one.size(), 1U);
    alone.insert(one.front().secret().reveal());
    EXPECT_FALSE(book_.learn(one, {}, now_));
  }
  EXPECT_EQ(alone.size(), 3U);
  EXPECT_EQ(email_of(0), std::nullopt);
  EXPECT_FALSE(book_.anybody_wanted()) << "that nobody is there is known, too";
}

TEST_F(EmailBookTest, KeepsNoMoreThanSoManyAndNeverPushesAnybodyOut) {
  for (int i = 0; i < 150; ++i) EXPECT_EQ(email_of(i), std::nullopt);
  while (learn_all() > 0) {
  }
  for (int round = 0; round < 2; ++round) {
    int known = 0;
    for (int i = 0; i < 150; ++i) known += email_of(i) ? 1 : 0;
    EXPECT_EQ(known, 100);
    EXPECT_FALSE(book_.anybody_wanted());
  }
}

TEST_F(EmailBookTest, WithoutADirectoryNobodyIsWanted) {
  EmailBook none{0};
  EXPECT_EQ(none.email_of(UserHash::of(subject(1)), subject(1), now_), std::nullopt);
  EXPECT_FALSE(none.anybody_wanted());
  EXPECT_EQ(none.next_change_after(now_), std::nullopt);
}

TEST_F(EmailBookTest, AsksAgainAfterADayAndSaysTheOldAddressUntilThen) {
  (void)email_of(1);
  learn_all();
  now_ += 24h - 1s;
  EXPECT_EQ(email_of(1), address(1));
  EXPECT_FALSE(book_.anybody_wanted());
  now_ += 15min;
  EXPECT_EQ(email_of(1), address(1));
  EXPECT_TRUE(book_.anybody_wanted());
  const auto asked = book_.take(50);
  DirectoryAnswer changed;
  changed.found[UserHash::of(subject(1))] = "new@example.org";
  EXPECT_TRUE(book_.learn(asked, changed, now_));
  EXPECT_FALSE(book_.learn(asked, changed, now_)) << "the same is no news";
  EXPECT_EQ(email_of(1), "new@example.org");
}

TEST_F(EmailBookTest, AsksAgainAfterAnHourForWhomHasNoAddressYet) {
  (void)email_of(1);
  const auto asked = book_.take(50);
  DirectoryAnswer unverified;
  unverified.found[UserHash::of(subject(1))] = std::nullopt;
  (void)book_.learn(asked, unverified, now_);
  now_ += 59min;
  (void)email_of(1);
  EXPECT_FALSE(book_.anybody_wanted());
  now_ += 16min;
  (void)email_of(1);
  EXPECT_TRUE(book_.anybody_wanted());
}

TEST_F(EmailBookTest, AwaitsWhomTheDirectoryHasNotAnsweredAboutYet) {
  const auto awaits = [&](int number) { return book_.awaits(UserHash::of(subject(number))); };
  EXPECT_TRUE(awaits(1)) << "nobody has asked yet";
  for (int i = 0; i < 2; ++i) (void)email_of(i);
  const auto asked = book_.take(50);
  EXPECT_TRUE(awaits(1));
  book_.put_back(asked);
  EXPECT_TRUE(awaits(1)) << "that is no answer";
  DirectoryAnswer of_the_first;
  of_the_first.found[UserHash::of(subject(0))] = address(0);
  EXPECT_TRUE(book_.learn(book_.take(50), of_the_first, now_));
  EXPECT_FALSE(awaits(0));
  EXPECT_FALSE(awaits(1)) << "it is not there, or new";
  for (int i = 0; i < 99; ++i) (void)email_of(i);
  EXPECT_TRUE(awaits(98));
  EXPECT_TRUE(awaits(200)) << "there is room for one";
  (void)email_of(99);
  EXPECT_FALSE(awaits(200)) << "there is no room";
  EXPECT_FALSE(EmailBook{0}.awaits(UserHash::of(subject(1))));
}

TEST_F(EmailBookTest, ForgetsWhatNobodyConfirmed) {
  (void)email_of(1);
  learn_all();
  now_ += 72h - 1s;
  EXPECT_EQ(email_of(1), address(1)) << "as long as the directory is down";
  now_ += 1s;
  EXPECT_EQ(email_of(1), std::nullopt);
  book_.forget_the_old(now_);
  now_ -= 1h;
  EXPECT_EQ(email_of(1), std::nullopt) << "it was only hidden";
}

TEST_F(EmailBookTest, MakesRoomOfWhomNobodyNamesAnyMore) {
  for (int i = 0; i < 100; ++i) (void)email_of(i);
  while (learn_all() > 0) {
  }
  now_ += 72h;
  book_.forget_the_old(now_);
  (void)email_of(1'000);
  EXPECT_TRUE(book_.anybody_wanted());
}

// A picture that is rebuilt only where next_change_after says so misses nothing.
TEST_F(EmailBookTest, ChangesByItselfOnlyWhenItSaid) {
  std::mt19937 random{7};
  std::optional<Instant> next;
  std::vector<std::optional<std::string>> seen;
  for (int step = 0; step < 2'000; ++step) {
    const bool quiet = !next || now_ < *next;
    std::vector<std::optional<std::string>> said;
    const bool wanted_before = book_.anybody_wanted();
    for (int i = 0; i < 20; ++i) said.push_back(email_of(i));
    if (step > 0 && quiet) {
      ASSERT_EQ(said, seen);
      ASSERT_EQ(book_.anybody_wanted(), wanted_before);
    }
    if (random() % 50 == 0) {
      while (learn_all(1 + random() % 5) > 0) now_ += std::chrono::seconds{random() % 4};
      said.clear();
      for (int i = 0; i < 20; ++i) said.push_back(email_of(i));
    }
    seen = said;
    next = book_.next_change_after(now_);
    ASSERT_TRUE(!next || *next > now_);
    now_ += std::chrono::seconds{random() % 7'200};
  }
}

TEST_F(EmailBookTest, RefreshesManyAtOneInstant) {
  for (int i = 0; i < 60; ++i) {
    (void)email_of(i);
    learn_all();
    now_ += 1s;
  }
  std::set<Instant> changes;
  for (auto next = book_.next_change_after(now_); next && changes.size() < 100;
       next = book_.next_change_after(*next)) {
    if (*next - now_ > 71h) break;
    changes.insert(*next);
  }
  EXPECT_LE(changes.size(), 2U);
}

TEST_F(EmailBookTest, TakesNoMoreNamesThanFitIntoAUrl) {
  EmailBook book{100};
  for (int i = 0; i < 40; ++i) {
    const Subject who = Subject::parse(std::string(240, 'x') + std::to_string(i)).value();
    (void)book.email_of(UserHash::of(who), who, now_);
  }
  std::size_t all = 0;
  for (auto taken = book.take(50); !taken.empty(); taken = book.take(50)) {
    EXPECT_LE(taken.size(), 8U);
    all += taken.size();
  }
  EXPECT_EQ(all, 40U);
}

TEST_F(EmailBookTest, MovesItsVersionWhereItIsPublishedAndNeverElse) {
  const auto before = book_.version();
  (void)email_of(1);
  learn_all();
  EXPECT_EQ(book_.version(), before);
  book_.publish();
  EXPECT_NE(book_.version(), before);
}

TEST_F(EmailBookTest, ForgetsWhoeverIsForgottenAlsoWhileADirectoryIsAsked) {
  (void)email_of(1);
  learn_all();
  ASSERT_EQ(email_of(1), address(1));
  book_.forget(UserHash::of(subject(1)));
  EXPECT_EQ(email_of(1), std::nullopt) << "and is somebody new, who is wanted";
  book_.forget(UserHash::of(subject(1)));
  EXPECT_EQ(learn_all(), 1U);
  EXPECT_EQ(email_of(1), std::nullopt) << "an answer to an older question is not kept";
  EXPECT_EQ(learn_all(), 1U);
  EXPECT_EQ(email_of(1), address(1));
  book_.forget(UserHash::of(subject(2)));
}

}  // namespace
}  // namespace peerlab::identity

#include <gmock/gmock.h>

#include "tests/bird/live_bird.h"
#include "tests/support/facts/facts.h"

namespace peerlab::bird {
namespace {

using testing::HasSubstr;

class RealControlSocket : public testing::Test {
 protected:
  void SetUp() override {
    const policy::Policy policy{{testing_support::rule(17, "alice", 65000)},
                                {testing_support::row("3fff:100:1::/48", 65000)}};
    auto started = LiveBird::start(laboratory(policy, testing_support::small_site(), ""));
    if (!started && started.error().kind != ErrorKind::Internal) {
      GTEST_SKIP() << started.error().detail;
    }
    ASSERT_TRUE(started) << started.error().detail;
    bird_ = std::move(*started);
  }
  std::unique_ptr<LiveBird> bird_;
};

TEST_F(RealControlSocket, AnswersQuestionsAndSaysNoByCode) {
  const auto status = bird_->socket().command("show status");
  ASSERT_TRUE(status);
  EXPECT_TRUE(status->ok());
  EXPECT_EQ(status->lines.front().code, 1000);
  EXPECT_EQ(status->lines.back().code, 13);
  EXPECT_THAT(bird_->ask("show protocols"), HasSubstr("peerlab_n17"));
  for (const char* const wrong : {"nonsense", "show protocols nobody", "show route protocol x"}) {
    const auto reply = bird_->socket().command(wrong);
    ASSERT_TRUE(reply) << wrong;
    EXPECT_FALSE(reply->ok()) << wrong << ": " << reply->text();
  }
}

TEST_F(RealControlSocket, TellsWhichLeaseIsInForce) {
  EXPECT_EQ(bird_->ask("eval peerlab_lease(3fff:100:1::/48, 65000)"), "TRUE");
  EXPECT_EQ(bird_->ask("eval peerlab_lease(3fff:100:1::/48, 65001)"), "FALSE");
  EXPECT_EQ(bird_->ask("eval peerlab_lease(3fff:100:2::/48, 65000)"), "FALSE");
}

TEST_F(RealControlSocket, OnceRestrictedOnlyReads) {
  ASSERT_TRUE(bird_->socket().restrict());
  EXPECT_TRUE(bird_->socket().command("show protocols")->ok());
  for (const char* const command : {"configure", "disable peerlab_n17", "down"}) {
    const auto reply = bird_->socket().command(command);
    ASSERT_TRUE(reply) << command;
    EXPECT_FALSE(reply->ok()) << command;
  }
  EXPECT_TRUE(bird_->socket().command("show status")->ok());
}

}  // namespace
}  // namespace peerlab::bird

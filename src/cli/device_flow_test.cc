#include "cli/device_flow.h"

#include <gtest/gtest.h>

#include <random>

namespace peerlab::cli {
namespace {

using namespace std::chrono_literals;
using std::chrono::seconds;

constexpr Instant kBegin{seconds{1'795'000'000}};

Invitation invitation(seconds expires_in, seconds interval) {
  return {Secret{"device"}, "ABCD-EFGH", "https://id.example/device", "", expires_in, interval};
}

TokenAnswer refusal(const char* error) { return TokenRefusal{error, ""}; }
TokenAnswer tokens() { return Tokens{Secret{"access"}, Secret{"refresh"}, 3600s, "alice"}; }

const DeviceFlow::PollAt* next_poll(const DeviceFlow& flow) {
  return std::get_if<DeviceFlow::PollAt>(&flow.state());
}

ExitCode end_of(const DeviceFlow& flow) {
  const auto* const complaint = std::get_if<Complaint>(&flow.state());
  return complaint == nullptr ? ExitCode::Done : complaint->exit_code;
}

// Polls at the very second that is asked for and answers at once; the instants of the polls back.
std::vector<seconds> polls_answered(DeviceFlow& flow, const std::vector<TokenAnswer>& answers) {
  std::vector<seconds> polls;
  for (const TokenAnswer& answer : answers) {
    const auto* const poll = next_poll(flow);
    if (poll == nullptr) break;
    const Instant now = poll->at;
    polls.push_back(now - kBegin);
    flow.hear(answer, now);
  }
  return polls;
}

TEST(DeviceFlow, FirstWaitsForTheIntervalAndThenPollsAtEachOne) {
  DeviceFlow flow{invitation(600s, 5s), kBegin};
  EXPECT_EQ(polls_answered(flow, std::vector(3, refusal("authorization_pending"))),
            (std::vector<seconds>{5s, 10s, 15s}));
}

TEST(DeviceFlow, SlowDownAddsFiveSecondsToAllLaterPolls) {
  DeviceFlow flow{invitation(600s, 5s), kBegin};
  EXPECT_EQ(polls_answered(
                flow, {refusal("slow_down"), refusal("authorization_pending"), refusal("slow_down"),
                       refusal("authorization_pending"), refusal("authorization_pending")}),
            (std::vector<seconds>{5s, 15s, 25s, 40s, 55s}));
}

TEST(DeviceFlow, SilenceDoublesTheIntervalAndIsNoEnd) {
  DeviceFlow flow{invitation(600s, 5s), kBegin};
  EXPECT_EQ(polls_answered(flow, {Silence{"no network"}, Silence{"503"},
                                  refusal("authorization_pending"), tokens()}),
            (std::vector<seconds>{5s, 15s, 35s, 55s}));
  EXPECT_TRUE(std::holds_alternative<Tokens>(flow.state()));
}

TEST(DeviceFlow, EndsWithTheTokensAndHearsNothingAfterThem) {
  DeviceFlow flow{invitation(600s, 1s), kBegin};
  flow.hear(tokens(), kBegin + 1s);
  flow.hear(refusal("access_denied"), kBegin + 2s);
  ASSERT_TRUE(std::holds_alternative<Tokens>(flow.state()));
  EXPECT_EQ(std::get<Tokens>(flow.state()).access, Secret{"access"});
}

TEST(DeviceFlow, EachRefusalHasItsExitCode) {
  for (const auto& [error, code] : {std::pair{"access_denied", ExitCode::Refused},
                                    {"expired_token", ExitCode::TimedOut},
                                    {"invalid_grant", ExitCode::Failed},
                                    {"invalid_client", ExitCode::Failed},
                                    {"invalid_answer", ExitCode::Failed}}) {
    DeviceFlow flow{invitation(600s, 5s), kBegin};
    flow.hear(refusal(error), kBegin + 5s);
    EXPECT_EQ(end_of(flow), code) << error;
  }
}

TEST(DeviceFlow, MakesNoPollAfterTheCodesEnd) {
  DeviceFlow flow{invitation(12s, 5s), kBegin};
  EXPECT_EQ(polls_answered(flow, std::vector(9, refusal("authorization_pending"))),
            (std::vector<seconds>{5s, 10s}));
  EXPECT_EQ(end_of(flow), ExitCode::TimedOut);
}

TEST(DeviceFlow, ACodeShorterThanTheIntervalIsOverAtOnce) {
  EXPECT_EQ(end_of(DeviceFlow{invitation(5s, 5s), kBegin}), ExitCode::TimedOut);
}

// RFC 8628, 3.5, whatever is answered and however late: no poll comes sooner than the interval
// after the last answer, the interval never shrinks, none is made past the end, and it does end.
TEST(DeviceFlow, NeverPollsTooSoonNorTooLateWhateverIsAnswered) {
  std::mt19937_64 random{8628};
  const auto any = [&](long long least, long long most) {
    return seconds{std::uniform_int_distribution<long long>{least, most}(random)};
  };
  const std::vector<TokenAnswer> answers{refusal("authorization_pending"), refusal("slow_down"),
                                         Silence{""}};
  for (int round = 0; round < 2000; ++round) {
    const seconds expires_in = any(1, 900);
    seconds interval = any(1, 30);
    DeviceFlow flow{invitation(expires_in, interval), kBegin};
    Instant heard = kBegin;
    int polls = 0;
    while (const auto* const poll = next_poll(flow)) {
      ASSERT_EQ(poll->at, heard + interval);
      ASSERT_LT(poll->at, kBegin + expires_in);
      ASSERT_LE(++polls, expires_in.count());
      const std::size_t which = std::uniform_int_distribution<std::size_t>{0, 2}(random);
      heard = poll->at + any(0, 3);
      flow.hear(answers[which], heard);
      if (which == 1) interval += 5s;
      if (which == 2) interval *= 2;
    }
    ASSERT_EQ(end_of(flow), ExitCode::TimedOut);
  }
}

}  // namespace
}  // namespace peerlab::cli

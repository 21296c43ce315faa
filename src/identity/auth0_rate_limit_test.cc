#include "identity/auth0_rate_limit.h"

#include <gtest/gtest.h>

namespace peerlab::identity {
namespace {

using namespace std::chrono_literals;

const Instant kNow = *parse_rfc3339("2026-11-23T14:06:44Z");

std::string reset_in(std::chrono::seconds time) {
  return std::to_string((kNow + time).time_since_epoch().count());
}

TEST(RestAfter, IsWhatTheAnswerAsksFor) {
  const struct {
    http::Response answer;
    std::optional<std::chrono::seconds> rest;
  } rows[]{{{200, {}, ""}, {}},
           {{200, {{"x-ratelimit-remaining", "1"}, {"x-ratelimit-reset", reset_in(9s)}}, ""}, {}},
           {{200, {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", reset_in(9s)}}, ""}, 9s},
           {{200, {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", reset_in(9s)}}, ""}, 9s},
           {{200, {{"x-ratelimit-remaining", "0"}}, ""}, {}},
           {{429, {}, ""}, {}},
           {{429, {{"x-ratelimit-reset", reset_in(3s)}}, ""}, 3s},
           {{429, {{"x-ratelimit-reset", reset_in(3s)}, {"Retry-After", "7"}}, ""}, 7s},
           {{429, {{"Retry-After", "Mon, 23 Nov 2026 14:07:44 GMT"}}, ""}, 60s},
           {{503, {{"Retry-After", "5"}}, ""}, 5s},
           // The reset of another limit than the one that was met.
           {{500, {{"x-ratelimit-remaining", "29"}, {"x-ratelimit-reset", reset_in(9s)}}, ""}, {}}};
  for (const auto& row : rows) EXPECT_EQ(rest_after(row.answer, kNow), row.rest);
}

TEST(RestAfter, IsASecondAtLeastAndAnHourAtMost) {
  for (const char* const soon : {"0", "1", "Thu, 01 Jan 1970 00:00:00 GMT"}) {
    EXPECT_EQ(rest_after({429, {{"Retry-After", soon}}, ""}, kNow), 1s) << soon;
  }
  EXPECT_EQ(rest_after({429, {{"x-ratelimit-reset", "0"}}, ""}, kNow), 1s);
  EXPECT_EQ(rest_after({429, {{"Retry-After", "4294967295"}}, ""}, kNow), 1h);
  EXPECT_EQ(rest_after({429, {{"x-ratelimit-reset", "4294967295"}}, ""}, kNow), 1h);
}

TEST(RestAfter, IsNotWhatCannotBeRead) {
  for (const char* const odd : {"", "-1", "1.5", "soon", " 1", "99999999999999999999"}) {
    EXPECT_EQ(rest_after({429, {{"Retry-After", odd}}, ""}, kNow), std::nullopt) << odd;
  }
}

}  // namespace
}  // namespace peerlab::identity

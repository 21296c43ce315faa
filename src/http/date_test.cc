#include "http/date.h"

#include <gtest/gtest.h>

#include <random>

namespace peerlab::http {
namespace {

using namespace std::chrono_literals;

TEST(HttpDate, IsImfFixdate) {
  EXPECT_EQ(http_date(Instant{784111777s}), "Sun, 06 Nov 1994 08:49:37 GMT");  // RFC 9110, 5.6.7
  EXPECT_EQ(http_date(Instant{0s}), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(http_date(Instant{951827696s}), "Tue, 29 Feb 2000 12:34:56 GMT");
}

TEST(HttpDate, IsReadBackAsItWasWritten) {
  std::mt19937 random{1};
  std::uniform_int_distribution<std::int64_t> seconds{0, 253'402'300'799};  // to the year 9999
  for (int i = 0; i < 2000; ++i) {
    const Instant instant{std::chrono::seconds{seconds(random)}};
    EXPECT_EQ(parse_http_date(http_date(instant)), instant);
  }
}

TEST(HttpDate, IsNothingInAnyOtherSpelling) {
  for (const char* const text :
       {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
        "Mon, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:60 GMT", "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 nov 1994 08:49:37 GMT", "Sun, -6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT ", "Sun, 06 Nov 1994 8:49:37 GMT"}) {
    EXPECT_FALSE(parse_http_date(text)) << text;
  }
}

}  // namespace
}  // namespace peerlab::http

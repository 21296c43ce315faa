#include "confgen/backoff.h"

#include <gtest/gtest.h>

namespace peerlab::confgen {
namespace {

using namespace std::chrono_literals;

TEST(Backoff, DoublesUpToHalfAMinuteAndStartsAnewWhenReset) {
  Backoff backoff;
  for (const auto expected : {1s, 2s, 4s, 8s, 16s, 30s, 30s})
    EXPECT_EQ(backoff.next(0.5), expected);
  backoff.reset();
  EXPECT_EQ(backoff.next(0.5), 1s);
}

TEST(Backoff, IsSpreadByHalfToBothSides) {
  EXPECT_EQ(Backoff{}.next(0.0), 500ms);
  EXPECT_EQ(Backoff{}.next(0.999), 1499ms);
}

}  // namespace
}  // namespace peerlab::confgen

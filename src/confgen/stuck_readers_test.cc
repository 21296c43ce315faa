#include "confgen/stuck_readers.h"

#include <gmock/gmock.h>

namespace peerlab::confgen {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

const Ipv4 kAlice = *Ipv4::parse("100.64.0.7"), kBob = *Ipv4::parse("100.64.0.8");

TEST(StuckReaders, AreThoseWhoTakeNothingOfWhatWaitsForTheWholePatience) {
  StuckReaders readers{60s};
  EXPECT_THAT(readers.look({{1, kAlice, 300, 50}, {2, kBob, 300, 50}}, 100s), IsEmpty());
  EXPECT_THAT(readers.look({{1, kAlice, 900, 50}, {2, kBob, 0, 350}}, 159s), IsEmpty());
  EXPECT_THAT(readers.look({{1, kAlice, 900, 50}, {2, kBob, 1, 350}}, 160s), ElementsAre(kAlice));
}

// A slow reader: BIRD fills the queue again as fast as it falls.
TEST(StuckReaders, AreNotThoseWhoseQueueIsAlwaysFullAndMoves) {
  StuckReaders readers{60s};
  std::uint64_t taken = 0;
  for (auto time = 0s; time < 3600s; time += 30s) {
    EXPECT_THAT(readers.look({{1, kAlice, 300'000, taken++}}, time), IsEmpty()) << time.count();
  }
}

TEST(StuckReaders, AreNotThoseForWhomNothingWaits) {
  StuckReaders readers{60s};
  for (auto time = 0s; time < 600s; time += 30s) {
    EXPECT_THAT(readers.look({{1, kAlice, 0, 50}}, time), IsEmpty());
  }
  EXPECT_THAT(readers.look({{1, kAlice, 10, 50}}, 600s), IsEmpty()) << "it waits since now";
}

TEST(StuckReaders, BeginAnewWithTheirNextConnection) {
  StuckReaders readers{60s};
  EXPECT_THAT(readers.look({{1, kAlice, 300, 50}}, 0s), IsEmpty());
  EXPECT_THAT(readers.look({{2, kAlice, 300, 50}}, 60s), IsEmpty());
  EXPECT_THAT(readers.look({{2, kAlice, 300, 50}}, 120s), ElementsAre(kAlice));
}

}  // namespace
}  // namespace peerlab::confgen

// Who can have a session at all: whoever is on a link of the router's, which is listening as soon
// as it has an address.
#include <fmt/format.h>

#include "tests/attack/outcome.h"

namespace peerlab::attack {
namespace {

namespace bgp = testing_support::bgp;
using namespace std::chrono_literals;

class Reach : public ExchangeOfAnyForm {};

// What the router sends lives for one hop: an address that something between could answer for is
// no machine of the overlay.
TEST_P(Reach, EndsAtTheFirstRouterForMembers) {
  bgp::Speaker speaker = exchange().connect_from_afar(kFar);
  ASSERT_TRUE(speaker.connected()) << "the way there and back is open";
  speaker.send(bgp::open({.asn = kFarAs}));
  EXPECT_EQ(speaker.receive(2s), std::nullopt);
}

// BIRD may start before the overlay: nobody comes back later to try again.
TEST_P(Reach, ComesWithTheAddressesThatWereMissingWhenBirdStarted) {
  ASSERT_NO_FATAL_FAILURE(exchange().start_before_the_addresses());
  Attack attack{exchange()};
  EXPECT_EQ(attack.outcome_of_path({attack.who().asn}), announced(attack.who()));
  EXPECT_TRUE(
      exchange().connect(kRawUpstream, kIxpToRawUpstream).establish({.asn = kRawUpstreamAs}));
  if (GetParam() == bird::Form::Function) return;  // which has no siblings
  EXPECT_TRUE(eventually(
      [&] {
        return exchange().connect(kRawSibling, kIxpToRawSibling).establish({.asn = kPlatformAs});
      },
      30s));
}

PEERLAB_IN_BOTH_FORMS(Reach);

}  // namespace
}  // namespace peerlab::attack

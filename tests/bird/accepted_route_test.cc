// What an accepted route carries: where the member's packets go, and nothing else that was sent.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "base/text.h"
#include "tests/bird/live_bird.h"
#include "tests/support/facts/facts.h"

namespace peerlab::bird {
namespace {

using testing_support::row;
using testing_support::rule;

class AcceptedRoute : public testing::TestWithParam<Form> {};

// Everything a static route can be given; what only the wire can carry is in tests/attack.
TEST_P(AcceptedRoute, CarriesTheLinkAddressAndNothingElseThatTheMemberSent) {
  const policy::Policy policy{{rule(17, "alice", 65000)}, {row("3fff:100:1::/48", 65000)}};
  const std::string decision = GetParam() == Form::Sessions
                                   ? "import where peerlab_judge(65000, fd7a:115c:a1e0::11)"
                                   : "import filter { enforce_user_policy(100.64.0.17); }";
  const std::string more = fmt::format(
      "protocol static alice {{\n"
      "  ipv6 {{ import keep filtered on; {}; }};\n"
      "  route 3fff:100:1::/48 unreachable {{\n"
      "    bgp_path.empty; bgp_path.prepend(65000); bgp_origin = ORIGIN_INCOMPLETE; bgp_med = 7;\n"
      "    bgp_local_pref = 900; bgp_next_hop = fd7a:115c:a1e0::66;\n"
      "    bgp_community.add((65535, 65281)); bgp_community.add((65535, 666));\n"
      "    bgp_ext_community.add((rt, 64500, 1)); bgp_large_community.add((64500, 1101, 100));\n"
      "  }};\n}}\n",
      decision);
  const auto bird =
      LiveBird::start(laboratory(policy, testing_support::small_site(), more, GetParam()));
  if (!bird && bird.error().kind != ErrorKind::Internal) GTEST_SKIP() << bird.error().detail;
  ASSERT_TRUE(bird) << bird.error().detail;
  std::vector<std::string> attributes;
  const std::string shown = (*bird)->ask("show route 3fff:100:1::/48 all protocol alice");
  for (const std::string_view line : split(shown, '\n')) {
    if (const auto what = trim(line); what.starts_with("BGP.") || what.starts_with("via ")) {
      attributes.emplace_back(what);
    }
  }
  EXPECT_THAT(attributes,
              testing::UnorderedElementsAre(
                  "via fd7a:115c:a1e0::11 on overlay0", "BGP.as_path: 65000", "BGP.origin: IGP",
                  "BGP.local_pref: 50", "BGP.next_hop: fd7a:115c:a1e0::11",
                  "BGP.community:", "BGP.ext_community:", "BGP.large_community:"))
      << shown;
}

INSTANTIATE_TEST_SUITE_P(Form, AcceptedRoute, testing::Values(Form::Sessions, Form::Function),
                         [](const auto& form) {
                           return form.param == Form::Sessions ? "sessions" : "function";
                         });

}  // namespace
}  // namespace peerlab::bird

#include "tests/attack/outcome.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "policy/reason.h"

namespace peerlab::attack {
namespace {

using bird::ShownRoute;
namespace bgp = testing_support::bgp;

std::string path_seen(RunningBird& bird, const Ipv6Prefix& prefix) {
  const std::vector<ShownRoute> routes = bird.routes(prefix, "protocol ixp");
  return routes.empty() ? "nothing" : fmt::format("{}", fmt::join(routes.front().route.path, " "));
}

std::string raw(RunningBird& ixp, std::string_view protocol, const Ipv6Prefix& prefix) {
  const auto its = [&](const ShownRoute& shown) { return shown.protocol.starts_with(protocol); };
  if (std::ranges::any_of(ixp.routes(prefix), its)) return "accepted";
  for (const ShownRoute& shown : ixp.routes(prefix, "filtered")) {
    if (!its(shown)) continue;
    std::string text = "refused";
    for (const LargeCommunity& community : shown.route.communities) {
      const bool reason =
          community.administrator == kPlatformAs && community.function == policy::kReasonFunction;
      text += reason ? fmt::format(" {}", community.parameter) : " and carries a stranger's word";
    }
    return text;
  }
  return "absent";
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Outcome& outcome) {
  return out << fmt::format(
             "{{raw: {}, upstream: {}, route server: {}, member: {}, kernel: {}, "
             "session: {}}}",
             outcome.raw, outcome.upstream, outcome.route_server, outcome.member, outcome.kernel,
             outcome.session);
}

Outcome refused(const std::string& reasons) { return {.raw = "refused " + reasons}; }
Outcome absent() { return {.raw = "absent"}; }

Outcome announced(const Attacker& by, unsigned times) {
  const std::vector<std::uint32_t> platform(times, kPlatformAs), own(times, by.asn);
  const std::string outside = fmt::format("{}", fmt::join(platform, " "));
  return {.raw = "accepted",
          .upstream = outside,
          .route_server = outside,
          .member = fmt::format("{} {}", kPlatformAs, fmt::join(own, " ")),
          .kernel = by.next_hop.text()};
}

Outcome outcome(Exchange& exchange, const std::string& protocol, const Ipv6Prefix& prefix) {
  return {.raw = raw(exchange.ixp(), protocol, prefix),
          .upstream = path_seen(exchange.upstream(), prefix),
          .route_server = path_seen(exchange.route_server(), prefix),
          .member = path_seen(exchange.bob(), prefix),
          .kernel = exchange.kernel(prefix),
          .session = exchange.ixp().established(protocol + "*") ? "established" : "closed"};
}

Attack::Attack(Exchange& exchange, bgp::Open how)
    : exchange_{exchange}, who_{exchange.attacker()}, speaker_{exchange.connect(who_.address)} {
  how.asn = who_.asn;
  EXPECT_TRUE(speaker_.establish(how)) << exchange.ixp().log();
  // Our last word is still on its way.
  EXPECT_TRUE(eventually([&] { return exchange.established(who_); }));
}

// The marker is announced once, twice, thrice, four times, and again once: each can be told from
// the one before.  Where the session closed there is nothing to wait for.
void Attack::wait_until_read() {
  const unsigned times = markers_++ % 4 + 1;
  const Outcome expected = announced(who_, times);
  speaker_.send(bgp::announcement(who_.marker, bgp::Asns(times, who_.asn), who_.next_hop));
  EXPECT_TRUE(eventually([&] {
    return !exchange_.established(who_) ||
           (path_seen(exchange_.upstream(), who_.marker) == expected.upstream &&
            path_seen(exchange_.route_server(), who_.marker) == expected.route_server &&
            path_seen(exchange_.bob(), who_.marker) == expected.member);
  })) << "the router did not read on";
}

Outcome Attack::outcome_of(std::string_view bytes, const Ipv6Prefix& prefix) {
  speaker_.send(bytes);
  // BIRD resolves the shadows of one turn in its own order: the second marker comes after them all.
  wait_until_read();
  wait_until_read();
  return outcome(exchange_, exchange_.session_of(who_), prefix);
}

Outcome Attack::outcome_of_path(const bgp::Asns& asns, std::string_view more) {
  return outcome_of(bgp::announcement(who_.prefix, asns, who_.next_hop, more), who_.prefix);
}

}  // namespace peerlab::attack

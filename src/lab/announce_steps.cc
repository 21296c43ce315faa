#include <fmt/format.h>

#include "lab/eventually.h"
#include "lab/scene.h"
#include "lab/stopwatch.h"

namespace peerlab::lab {
namespace {

using namespace std::chrono_literals;

// The function form has no lease rows to be asked for: there the route itself must do.
Result<void> permitted_at_ixp(const Scene& scene, const std::string& prefix) {
  const std::uint32_t asn = scene.alice_asn->number();
  if (scene.plan.options.form == Form::Function) {
    return eventually(10s, [&]() -> Result<void> {
      const auto routes = scene.ixp.routes(prefix);
      if (!routes) return fail(routes.error());
      if (!routes->empty()) return {};
      return fail(ErrorKind::NotFound, fmt::format("ixpfra01 has no route for {}", prefix));
    });
  }
  const std::string question = fmt::format("eval peerlab_lease({}, {})", prefix, asn);
  return eventually(10s, [&]() -> Result<void> {
    const Result<std::string> answer = scene.ixp.ask(question);
    if (!answer) return fail(answer.error());
    if (answer->find("TRUE") != std::string::npos) return {};
    return fail(ErrorKind::NotFound, fmt::format("`{}` at ixpfra01 says {}", question, *answer));
  });
}

StepResult lease_and_announce(Scene& scene) {
  const Result<HeldLease> alices = lease(scene.alice, "24");
  if (!alices) return fail(alices.error());
  const Stopwatch watch;
  scene.alice_lease = *alices;
  const std::string prefix = alices->prefix.text();
  if (const Result<void> announced = scene.alice.announce(*scene.alice_asn, {alices->prefix});
      !announced) {
    return fail(announced.error());
  }
  if (const Result<void> permitted = permitted_at_ixp(scene, prefix); !permitted)
    return fail(permitted.error());
  const double policy = watch.seconds();
  if (const Result<void> seen = wait_for_path(scene.transit, prefix, {kPlatformAs}); !seen)
    return fail(seen.error());
  scene.seconds["lease_to_announced"] = watch.seconds();
  return fmt::format("{}: policy at BIRD after {:.2f} s, at transit after {:.2f} s", prefix, policy,
                     scene.seconds["lease_to_announced"]);
}

StepResult seen_by_everybody(Scene& scene) {
  const std::string prefix = scene.alice_lease->prefix.text();
  const std::uint32_t alices = scene.alice_asn->number();
  const std::vector<std::tuple<std::string_view, Router, std::vector<std::uint32_t>>> views{
      {"transit", scene.transit, {kPlatformAs}},
      {"routeserver", scene.route_server, {kPlatformAs}},
      {"bob", scene.bob.router(), {kPlatformAs, alices}}};
  for (const auto& [who, router, path] : views) {
    if (const Result<void> seen = wait_for_path(router, prefix, path); !seen) {
      return fail(seen.error().kind, fmt::format("{}: {}", who, seen.error().detail));
    }
    const Result<SeenRoute> route = route_at(router, prefix);
    if (!route) return fail(route.error());
    if (route->origin != "IGP" || !route->communities.empty()) {
      return fail(ErrorKind::Conflict, fmt::format("{} sees origin {} and {} large communities",
                                                   who, route->origin, route->communities.size()));
    }
  }
  return fmt::format("transit and routeserver: {} IGP; bob: {} {} IGP", kPlatformAs, kPlatformAs,
                     alices);
}

// From now on bob must not notice anything of what alice does.
StepResult bob_announces(Scene& scene) {
  const Result<HeldLease> held = lease(scene.bob, "24");
  if (!held) return fail(held.error());
  scene.bob_lease = *held;
  if (const Result<void> announced = scene.bob.announce(*scene.bob_asn, {held->prefix});
      !announced) {
    return fail(announced.error());
  }
  const std::string prefix = held->prefix.text();
  if (const Result<void> seen = wait_for_path(scene.transit, prefix, {kPlatformAs}); !seen)
    return fail(seen.error());
  const Result<SeenRoute> route = route_at(scene.transit, prefix);
  if (!route) return fail(route.error());
  const Result<SeenSession> session = session_at_ixp(scene, scene.plan.bob().node);
  if (!session) return fail(session.error());
  scene.bob_route_since = route->since;
  scene.bob_session_since = session->since;
  return fmt::format("{}, session since {}", prefix, session->since);
}

StepResult ping_the_internet(Scene& scene) {
  return ping_both_ways({"internet", *Ipv6::parse(scene.plan.fra.internet_host)},
                        {"alice", scene.alice_lease->prefix.host(1)});
}

}  // namespace

std::vector<Step> announce_steps() {
  return {{"a lease reaches BIRD and the announcement the upstream", &lease_and_announce},
          {"transit, routeserver and bob see AS, origin and path", &seen_by_everybody},
          {"bob announces too", &bob_announces},
          {"ping from the Internet and back, true source addresses", &ping_the_internet}};
}

}  // namespace peerlab::lab

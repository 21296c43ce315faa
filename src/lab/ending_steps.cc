#include <fmt/format.h>

#include <thread>

#include "lab/eventually.h"
#include "lab/scene.h"
#include "lab/stopwatch.h"

namespace peerlab::lab {
namespace {

using namespace std::chrono_literals;

// Leases one hour (ten seconds here) and announces it beside the first lease.
Result<HeldLease> lease_for_an_hour(Scene& scene) {
  const Result<HeldLease> held = lease(scene.alice, "1");
  if (!held) return held;
  const Result<void> announced =
      scene.alice.announce(*scene.alice_asn, {scene.alice_lease->prefix, held->prefix});
  if (!announced) return fail(announced.error());
  const Result<void> seen = wait_for_path(scene.transit, held->prefix.text(), {kPlatformAs});
  if (!seen) return fail(seen.error());
  return held;
}

// Announced up to its last second, then withdrawn at transit, while alice goes on announcing it.
Result<double> seconds_from_end_to_withdrawn(const Scene& scene, const HeldLease& held) {
  const std::string prefix = held.prefix.text();
  while (scene.clock.now() < held.end) {
    const bool last_second = scene.clock.now() + 1s >= held.end;
    const Result<SeenRoute> route = route_at(scene.transit, prefix);
    if (!route && !last_second) {
      return fail(ErrorKind::Conflict,
                  fmt::format("{} was withdrawn before its end at {}", prefix, rfc3339(held.end)));
    }
    std::this_thread::sleep_for(5ms);
  }
  const Stopwatch since_end;
  if (const Result<void> gone = wait_for_absence(scene.transit, prefix); !gone)
    return fail(gone.error());
  return since_end.seconds();
}

StepResult lease_ends(Scene& scene) {
  const Result<HeldLease> held = lease_for_an_hour(scene);
  if (!held) return fail(held.error());
  const Result<double> seconds = seconds_from_end_to_withdrawn(scene, *held);
  if (!seconds) return fail(seconds.error());
  scene.seconds["lease_end_to_withdrawn"] = *seconds;
  return fmt::format("{} ended at {}, withdrawn {:.2f} s later", held->prefix.text(),
                     rfc3339(held->end), *seconds);
}

StepResult lease_ends_without_gateway(Scene& scene) {
  const Result<HeldLease> held = lease_for_an_hour(scene);
  if (!held) return fail(held.error());
  if (const Result<void> stopped = scene.processes.stop(kGateway); !stopped)
    return fail(stopped.error());
  const Result<double> seconds = seconds_from_end_to_withdrawn(scene, *held);
  const bool silent = !scene.processes.running(kGateway);
  if (const Result<void> started = start_gateway(scene.plan, scene.processes); !started)
    return fail(started.error());
  if (!seconds) return fail(seconds.error());
  if (!silent) return fail(ErrorKind::Conflict, "the gateway was not down");
  if (const Result<std::string> back = gateway_ready(); !back) return back;
  const Result<void> first =
      wait_for_path(scene.transit, scene.alice_lease->prefix.text(), {kPlatformAs});
  if (!first) return fail(first.error());
  return fmt::format("{} withdrawn {:.2f} s after its end; the other lease stays; gateway back",
                     held->prefix.text(), *seconds);
}

StepResult bob_is_unaffected(Scene& scene) {
  const Result<SeenSession> session = session_at_ixp(scene, scene.plan.bob().node);
  if (!session) return fail(session.error());
  const Result<SeenRoute> route = route_at(scene.transit, scene.bob_lease->prefix.text());
  if (!route) return fail(route.error());
  if (session->since != scene.bob_session_since) {
    return fail(ErrorKind::Conflict, fmt::format("his session's since moved from {} to {}",
                                                 scene.bob_session_since, session->since));
  }
  if (route->since != scene.bob_route_since) {
    return fail(ErrorKind::Conflict,
                fmt::format("transit was told his prefix anew at {}, first at {}", route->since,
                            scene.bob_route_since));
  }
  return fmt::format("session since {}, route told once at {}", session->since, route->since);
}

}  // namespace

std::vector<Step> ending_steps() {
  return {{"a lease ends by itself and is withdrawn", &lease_ends},
          {"a lease ends while the gateway is down: withdrawn too", &lease_ends_without_gateway},
          {"bob was unaffected throughout", &bob_is_unaffected}};
}

}  // namespace peerlab::lab

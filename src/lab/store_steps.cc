#include <fmt/format.h>

#include "lab/database.h"
#include "lab/eventually.h"
#include "lab/scene.h"
#include "lab/stopwatch.h"

namespace peerlab::lab {
namespace {

using namespace std::chrono_literals;

// A route as a transit has it.
struct Told {
  const Router& router;
  std::string prefix;
  SeenRoute route;
};

Result<std::vector<Told>> told_to_transits(const Scene& scene) {
  std::vector<Told> all;
  for (const HeldLease& held : {*scene.alice_lease, *scene.bob_lease}) {
    for (const Router* const router : {&scene.transit, &scene.transit_ams}) {
      const Result<SeenRoute> route = route_at(*router, held.prefix.text());
      if (!route) return fail(route.error());
      all.push_back({*router, held.prefix.text(), *route});
    }
  }
  return all;
}

Result<void> all_untouched(const std::vector<Told>& told) {
  for (const Told& one : told) {
    const Result<void> same = untouched(one.router, one.prefix, one.route);
    if (!same) return same;
  }
  return {};
}

// The member is told that it is the platform's trouble, and may come again.
Result<void> no_lease_is_given(const Scene& scene) {
  const Result<HeldLease> held = lease(scene.alice, "1");
  if (held) return fail(ErrorKind::Conflict, fmt::format("{} was leased", held->prefix.text()));
  if (held.error().detail.find("/problems/unavailable") != std::string::npos) return {};
  return fail(held.error());
}

StepResult database_goes(Scene& scene) {
  const Result<std::vector<Told>> told = told_to_transits(scene);
  const Result<SeenSession> session = session_at_ixp(scene, scene.plan.alice().node);
  if (!told || !session) return fail(told ? session.error() : told.error());
  if (const Result<void> stopped = stop_database(scene.processes); !stopped)
    return fail(stopped.error());
  if (const Result<void> refused = no_lease_is_given(scene); !refused) return fail(refused.error());
  // Longer than the generators' looks are apart.
  const Result<void> kept = throughout(2s, [&] { return all_untouched(*told); });
  if (!kept) return fail(kept.error());
  const Result<SeenSession> after = session_at_ixp(scene, scene.plan.alice().node);
  if (!after) return fail(after.error());
  if (after->since == session->since) {
    return fmt::format("no lease is given; {} routes at the transits and alice's session stay",
                       told->size());
  }
  return fail(ErrorKind::Conflict, fmt::format("alice's session began anew at {}", after->since));
}

// A generator asks a gateway that could not answer again after a pause: 45 s at most.
Result<void> transit_has(const Scene& scene, const Prefix48& prefix, bool has) {
  return eventually(60s, [&]() -> Result<void> {
    const Result<std::vector<SeenRoute>> routes = scene.transit.routes(prefix.text());
    if (!routes) return fail(routes.error());
    if (routes->empty() != has) return {};
    return fail(ErrorKind::Conflict,
                fmt::format("transit has {} {}", has ? "no" : "still", prefix.text()));
  });
}

// What the gateway knows of alice's, in `peerlab prefix list`.
Result<void> lists(const Scene& scene, const HeldLease& held) {
  const Result<std::string> rows = scene.alice.peerlab({"-o", "json", "prefix", "list"});
  if (!rows) return fail(rows.error());
  if (rows->find(held.prefix.text()) != std::string::npos) return {};
  return fail(ErrorKind::NotFound, fmt::format("{} is not among {}", held.prefix.text(), *rows));
}

Result<void> start_gateway_anew(const Scene& scene) {
  if (const Result<void> stopped = scene.processes.stop(kGateway); !stopped) return stopped;
  if (const Result<void> started = start_gateway(scene.plan, scene.processes); !started)
    return started;
  const Result<std::string> ready = gateway_ready();
  return ready ? Result<void>{} : Result<void>{fail(ready.error())};
}

StepResult database_comes_back(Scene& scene) {
  if (const Result<void> started = start_database(scene.plan, scene.processes); !started)
    return fail(started.error());
  if (const Result<std::string> ready = database_ready(scene.plan); !ready) return ready;
  const Stopwatch watch;
  const Result<HeldLease> held = lease(scene.alice, "24");
  if (!held) return fail(held.error());
  const Prefix48 first = scene.alice_lease->prefix;
  if (const auto told = scene.alice.announce(*scene.alice_asn, {first, held->prefix}); !told)
    return fail(told.error());
  if (const auto seen = transit_has(scene, held->prefix, true); !seen) return fail(seen.error());
  const double seconds = watch.seconds();
  if (const Result<void> anew = start_gateway_anew(scene); !anew) return fail(anew.error());
  for (const HeldLease& one : {*scene.alice_lease, *held}) {
    if (const Result<void> listed = lists(scene, one); !listed) return fail(listed.error());
  }
  const Result<std::string> revoked =
      scene.alice.peerlab({"prefix", "revoke", held->prefix.text()});
  if (!revoked) return revoked;
  if (const auto gone = transit_has(scene, held->prefix, false); !gone) return fail(gone.error());
  if (const auto told = scene.alice.announce(*scene.alice_asn, {first}); !told)
    return fail(told.error());
  return fmt::format("{} at transit after {:.2f} s; a gateway started anew knows both leases",
                     held->prefix.text(), seconds);
}

}  // namespace

std::vector<Step> store_steps(Store store) {
  if (store == Store::Sqlite) return {};
  return {{"PostgreSQL is stopped: routers keep what they know", &database_goes},
          {"PostgreSQL is back: new leases work, and none is lost", &database_comes_back}};
}

}  // namespace peerlab::lab

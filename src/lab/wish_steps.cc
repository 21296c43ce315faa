#include <fmt/format.h>

#include "lab/scene.h"

namespace peerlab::lab {
namespace {

// Announces alice's first lease with these lines in her export filter.
Result<void> alice_wishes(Scene& scene, const std::string& export_lines) {
  Edit edit;
  edit.export_lines = export_lines;
  return scene.alice.announce(*scene.alice_asn, {scene.alice_lease->prefix}, edit);
}

StepResult prepend(Scene& scene) {
  const std::string once = fmt::format("bgp_path.prepend({});", scene.alice_asn->text());
  if (const Result<void> wished = alice_wishes(scene, once + once); !wished)
    return fail(wished.error());
  const std::string prefix = scene.alice_lease->prefix.text();
  const Result<void> seen =
      wait_for_path(scene.transit, prefix, {kPlatformAs, kPlatformAs, kPlatformAs});
  if (!seen) return fail(seen.error());
  const std::uint32_t alices = scene.alice_asn->number();
  if (const Result<void> bob =
          wait_for_path(scene.bob.router(), prefix, {kPlatformAs, alices, alices, alices});
      !bob) {
    return fail(bob.error());
  }
  return fmt::format("transit {0} {0} {0}; bob {0} {1} {1} {1}", kPlatformAs, alices);
}

// (AS, 0, k) hides the prefix from `hidden` and from nobody else.
StepResult withhold(Scene& scene, unsigned group, const Router& hidden, const Router& other) {
  const std::string prefix = scene.alice_lease->prefix.text();
  const Result<void> wished =
      alice_wishes(scene, fmt::format("bgp_large_community.add(({}, 0, {}));", kPlatformAs, group));
  if (!wished) return fail(wished.error());
  if (const Result<void> gone = wait_for_absence(hidden, prefix); !gone) return fail(gone.error());
  if (const Result<void> there = wait_for_path(other, prefix, {kPlatformAs}); !there)
    return fail(there.error());
  const Result<void> bob =
      wait_for_path(scene.bob.router(), prefix, {kPlatformAs, scene.alice_asn->number()});
  if (!bob) return fail(bob.error());
  return std::string{"the other and bob still have it"};
}

StepResult withhold_from_upstreams(Scene& scene) {
  return withhold(scene, 1, scene.transit, scene.route_server);
}
StepResult withhold_from_route_servers(Scene& scene) {
  return withhold(scene, 2, scene.route_server, scene.transit);
}

StepResult two_leases(Scene& scene) {
  const Result<HeldLease> second = lease(scene.alice, "24");
  if (!second) return fail(second.error());
  scene.second_lease = *second;
  const std::string first = scene.alice_lease->prefix.text(), other = second->prefix.text();
  const Result<void> announced =
      scene.alice.announce(*scene.alice_asn, {scene.alice_lease->prefix, second->prefix});
  if (!announced) return fail(announced.error());
  for (const std::string& prefix : {first, other}) {
    if (const Result<void> seen = wait_for_path(scene.transit, prefix, {kPlatformAs}); !seen) {
      return fail(seen.error());
    }
  }
  if (const Result<HeldLease> third = lease(scene.alice, "1"); third) {
    return fail(ErrorKind::Conflict,
                fmt::format("a third lease was given: {}", third->prefix.text()));
  }
  return fmt::format("{} and {}; a third is refused", first, other);
}

StepResult revoke_one(Scene& scene) {
  const std::string prefix = scene.second_lease->prefix.text();
  if (const Result<std::string> revoked = scene.alice.peerlab({"prefix", "revoke", prefix});
      !revoked) {
    return fail(revoked.error());
  }
  if (const Result<void> gone = wait_for_absence(scene.transit, prefix); !gone)
    return fail(gone.error());
  const Result<void> first =
      wait_for_path(scene.transit, scene.alice_lease->prefix.text(), {kPlatformAs});
  if (!first) return fail(first.error());
  return fmt::format("{} is gone at transit, the first stays", prefix);
}

}  // namespace

std::vector<Step> wish_steps() {
  return {{"her ASN twice more: transit sees the platform's AS three times", &prepend},
          {"(AS,0,1) hides it from transit only", &withhold_from_upstreams},
          {"(AS,0,2) hides it from routeserver only", &withhold_from_route_servers},
          {"two leases are both announced", &two_leases},
          {"a lease given back is withdrawn", &revoke_one}};
}

}  // namespace peerlab::lab

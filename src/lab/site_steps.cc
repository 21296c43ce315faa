#include <fmt/format.h>

#include "lab/eventually.h"
#include "lab/scene.h"
#include "lab/stopwatch.h"
#include "lab/tools.h"

namespace peerlab::lab {
namespace {

using namespace std::chrono_literals;

std::string prefix_of(const std::optional<HeldLease>& lease) { return lease->prefix.text(); }

Result<void> announce(const MemberMachine& machine, const std::optional<Asn>& asn,
                      const std::optional<HeldLease>& lease, const Edit& edit = {}) {
  return machine.announce(*asn, {lease->prefix}, edit);
}

// The first that fails.
Result<void> all_of(std::initializer_list<std::function<Result<void>()>> looks) {
  for (const auto& look : looks) {
    if (const Result<void> seen = look(); !seen) return seen;
  }
  return {};
}

StepResult announced_at_both(Scene& scene) {
  for (const auto& lease : {scene.alice_lease, scene.bob_lease}) {
    for (const Router& transit : {scene.transit, scene.transit_ams}) {
      const Result<void> seen = wait_for_path(transit, prefix_of(lease), {kPlatformAs});
      if (!seen) return fail(seen.error());
    }
  }
  return fmt::format("alice's {} and bob's {}", prefix_of(scene.alice_lease),
                     prefix_of(scene.bob_lease));
}

StepResult wish_at_one_site(Scene& scene) {
  const std::string prefix = prefix_of(scene.alice_lease);
  const Result<SeenRoute> before = route_at(scene.transit, prefix);
  if (!before) return fail(before.error());
  Edit edit;
  edit.export_lines_at[scene.plan.ams.name()] =
      fmt::format("bgp_large_community.add(({}, 0, 1));", kPlatformAs);
  const Result<void> seen =
      all_of({[&] { return announce(scene.alice, scene.alice_asn, scene.alice_lease, edit); },
              [&] { return wait_for_absence(scene.transit_ams, prefix); },
              [&] { return announce(scene.alice, scene.alice_asn, scene.alice_lease); },
              [&] { return wait_for_path(scene.transit_ams, prefix, {kPlatformAs}); },
              [&] { return untouched(scene.transit, prefix, *before); }});
  if (!seen) return fail(seen.error());
  return fmt::format("{} left transitams and came back, transit had it throughout", prefix);
}

// From here to the last step alice peers with ixpams01 only, and bob with ixpfra01 only.
Result<void> part(const Scene& scene, const std::string& alices_lines = {}) {
  Edit alices, bobs;
  alices.only_at = scene.plan.ams.name();
  alices.export_lines = alices_lines;
  bobs.only_at = scene.plan.fra.name();
  const Result<void> parted = announce(scene.alice, scene.alice_asn, scene.alice_lease, alices);
  return parted ? announce(scene.bob, scene.bob_asn, scene.bob_lease, bobs) : parted;
}

Result<void> alices_prefix_is_at_ams_only(const Scene& scene) {
  const std::string prefix = prefix_of(scene.alice_lease);
  return all_of({[&] { return wait_for_path(scene.transit_ams, prefix, {kPlatformAs}); },
                 [&] { return wait_for_absence(scene.transit, prefix); }});
}

StepResult reached_over_the_link(Scene& scene) {
  const std::string alices = prefix_of(scene.alice_lease), bobs = prefix_of(scene.bob_lease);
  const Result<void> seen = all_of(
      {[&] { return part(scene); }, [&] { return alices_prefix_is_at_ams_only(scene); },
       [&] {
         return wait_for_path(scene.bob.router(), alices, {kPlatformAs, scene.alice_asn->number()});
       },
       [&] {
         return wait_for_path(scene.alice.router(), bobs, {kPlatformAs, scene.bob_asn->number()});
       }});
  if (!seen) return fail(seen.error());
  StepResult pinged = ping_both_ways({"bob", scene.bob_lease->prefix.host(1)},
                                     {"alice", scene.alice_lease->prefix.host(1)});
  if (!pinged) return pinged;
  const StepResult internet =
      ping_both_ways({"internet", *Ipv6::parse(scene.plan.ams.internet_host)},
                     {"alice", scene.alice_lease->prefix.host(1)});
  if (!internet) return internet;
  return *pinged + "; the Internet has her at transitams only";
}

StepResult wish_goes_along(Scene& scene) {
  const std::string prefix = prefix_of(scene.alice_lease);
  const std::string lines = fmt::format("bgp_large_community.add(({}, 0, 3));", kPlatformAs);
  const Result<SeenRoute> before = route_at(scene.transit_ams, prefix);
  if (!before) return fail(before.error());
  const Result<void> seen = all_of(
      {[&] { return part(scene, lines); },
       [&] { return wait_for_absence(scene.bob.router(), prefix); },
       [&] { return alices_prefix_is_at_ams_only(scene); }, [&] { return part(scene); },
       [&] {
         return wait_for_path(scene.bob.router(), prefix, {kPlatformAs, scene.alice_asn->number()});
       },
       [&] { return untouched(scene.transit_ams, prefix, *before); }});
  if (!seen) return fail(seen.error());
  return std::string{"bob lost it and has it again; transitams had it throughout"};
}

// What ixpfra01's BIRD says of its sessions with bob and with its upstream.
Result<std::string> sessions_at_fra(const Scene& scene) {
  const Result<SeenSession> bobs = session_at_ixp(scene, scene.plan.bob().node);
  if (!bobs) return fail(bobs.error());
  const auto upstream = scene.ixp.sessions("upstream_");
  if (!upstream) return fail(upstream.error());
  if (upstream->empty()) return fail(ErrorKind::NotFound, "ixpfra01 has no upstream");
  return fmt::format("{} and {}", bobs->since, upstream->front().since);
}

StepResult site_dies(Scene& scene) {
  const std::string prefix = prefix_of(scene.alice_lease);
  const bool siblings = scene.plan.options.form == Form::Sessions;
  if (!siblings) {
    if (const Result<void> parted = part(scene); !parted) return fail(parted.error());
    if (const auto there = alices_prefix_is_at_ams_only(scene); !there) return fail(there.error());
  }
  const Result<std::string> before = sessions_at_fra(scene);
  if (!before) return fail(before.error());
  const Stopwatch watch;
  if (const Result<void> killed = scene.processes.kill("ixpams01-bird"); !killed)
    return fail(killed.error());
  if (const Result<void> gone = wait_for_absence(scene.transit_ams, prefix); !gone)
    return fail(gone.error());
  if (const Result<void> gone = wait_for_absence(scene.bob.router(), prefix); !gone)
    return fail(gone.error());
  scene.seconds["site_death_to_withdrawn"] = watch.seconds();
  const StepResult carried_on =
      ping_both_ways({"internet", *Ipv6::parse(scene.plan.fra.internet_host)},
                     {"bob", scene.bob_lease->prefix.host(1)});
  if (!carried_on) return carried_on;
  const Result<std::string> after = sessions_at_fra(scene);
  if (!after) return fail(after.error());
  if (*after != *before)
    return fail(ErrorKind::Conflict, fmt::format("since moved from {} to {}", *before, *after));
  return fmt::format("{} withdrawn after {:.2f} s; ixpfra01's sessions since {}", prefix,
                     scene.seconds["site_death_to_withdrawn"], *after);
}

StepResult site_comes_back(Scene& scene) {
  const Stopwatch watch;
  const std::string prefix = prefix_of(scene.alice_lease);
  const Result<void> started =
      start_bird(scene.processes, scene.plan.ams.name(), folder_of(scene.plan, "ixpams01"));
  if (!started) return fail(started.error());
  const Result<void> back = eventually(30s, [&]() -> Result<void> {
    const Result<SeenRoute> route = route_at(scene.transit_ams, prefix);
    return route ? Result<void>{} : Result<void>{fail(route.error())};
  });
  if (!back) return fail(back.error());
  const double seconds = watch.seconds();
  scene.seconds["site_back_to_announced"] = seconds;
  for (const auto& [machine, asn, lease] :
       {std::tuple{&scene.alice, scene.alice_asn, scene.alice_lease},
        {&scene.bob, scene.bob_asn, scene.bob_lease}}) {
    if (const Result<void> joined = announce(*machine, asn, lease); !joined)
      return fail(joined.error());
  }
  const StepResult both = announced_at_both(scene);
  if (!both) return both;
  return fmt::format("{} at transitams {:.2f} s after BIRD's start; both peer with both again",
                     prefix, seconds);
}

}  // namespace

std::vector<Step> site_steps(Form form) {
  std::vector<Step> steps{
      {"both sites' upstreams have alice and bob", &announced_at_both},
      {"(AS,0,1) said to ixpams01 only hides it from its upstream only", &wish_at_one_site}};
  if (form == Form::Sessions) {
    steps.push_back({"bob only at ixpfra01 and alice only at ixpams01 reach each other",
                     &reached_over_the_link});
    steps.push_back({"(AS,0,3) said to ixpams01 holds at ixpfra01", &wish_goes_along});
  }
  steps.push_back({"ixpams01 dies: its routes leave, ixpfra01 carries on", &site_dies});
  steps.push_back({"ixpams01 comes back", &site_comes_back});
  return steps;
}

}  // namespace peerlab::lab

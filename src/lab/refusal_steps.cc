#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/file.h"
#include "lab/eventually.h"
#include "lab/scene.h"
#include "lab/speakers.h"
#include "lab/tools.h"
#include "policy/reason.h"

namespace peerlab::lab {
namespace {

using namespace std::chrono_literals;
using policy::Reason;

constexpr std::uint32_t kForeignAs = 64499;  // RFC 5398

// The reasons that ixpfra01 left on a refused route of alice's.
std::set<std::uint32_t> reasons_on(const SeenRoute& route) {
  std::set<std::uint32_t> reasons;
  for (const LargeCommunity& community : route.communities) {
    if (community.administrator == kPlatformAs && community.function == policy::kReasonFunction) {
      reasons.insert(community.parameter);
    }
  }
  return reasons;
}

std::string sentences(const std::set<std::uint32_t>& reasons) {
  std::string text;
  for (const std::uint32_t number : reasons) {
    const std::optional<Reason> reason = policy::reason_numbered(number);
    text += fmt::format("{}{} {}", text.empty() ? "" : " ", number,
                        reason ? policy::describe(*reason).sentence : "unknown reason");
  }
  return text;
}

// `show route all filtered` at the IXP server has the prefix from this machine, with exactly these
// reasons.
StepResult refused_with(const Scene& scene, const OverlayNode& machine, const std::string& prefix,
                        const std::set<Reason>& expected) {
  std::set<std::uint32_t> wanted, seen;
  for (const Reason reason : expected) wanted.insert(policy::number_of(reason));
  const Result<void> found = eventually(10s, [&]() -> Result<void> {
    const Result<SeenSession> session = session_at_ixp(scene, machine);
    if (!session) return fail(session.error());
    const Result<std::vector<SeenRoute>> refused = scene.ixp.refused(prefix);
    if (!refused) return fail(refused.error());
    for (const SeenRoute& route : *refused) {
      if (route.protocol != session->name) continue;
      seen = reasons_on(route);
      if (seen == wanted) return {};
      return fail(ErrorKind::Conflict,
                  fmt::format("{} is refused with: {}", prefix, sentences(seen)));
    }
    return fail(ErrorKind::NotFound,
                fmt::format("ixpfra01 does not list {} of {}'s as refused", prefix, machine.name));
  });
  if (!found) return fail(found.error());
  return sentences(seen);
}

StepResult anothers_prefix(Scene& scene) {
  Edit edit;
  edit.routes = {scene.bob_lease->prefix.text()};
  const Result<void> announced =
      scene.alice.announce(*scene.alice_asn, {scene.alice_lease->prefix}, edit);
  if (!announced) return fail(announced.error());
  StepResult refused =
      refused_with(scene, scene.plan.alice().node, edit.routes.front(), {Reason::NoActiveLease});
  if (!refused) return refused;
  const Result<SeenRoute> bobs = route_at(scene.transit, edit.routes.front());
  if (!bobs) return fail(bobs.error());
  if (bobs->since == scene.bob_route_since) return refused;
  return fail(ErrorKind::Conflict,
              fmt::format("transit was told bob's prefix anew at {}", bobs->since));
}

StepResult more_specific(Scene& scene) {
  const Ipv6Prefix half = Ipv6Prefix::containing(scene.alice_lease->prefix.first_address(), 49);
  Edit edit;
  edit.routes = {half.text()};
  const Result<void> announced =
      scene.alice.announce(*scene.alice_asn, {scene.alice_lease->prefix}, edit);
  if (!announced) return fail(announced.error());
  StepResult refused = refused_with(scene, scene.plan.alice().node, half.text(),
                                    {Reason::OutsidePool, Reason::NoActiveLease});
  if (!refused) return refused;
  if (const Result<void> absent = wait_for_absence(scene.transit, half.text()); !absent)
    return fail(absent.error());
  return refused;
}

StepResult wrong_origin(Scene& scene) {
  Edit edit;
  edit.export_lines = fmt::format("bgp_path.prepend({});", kForeignAs);
  const Result<void> announced =
      scene.alice.announce(*scene.alice_asn, {scene.alice_lease->prefix}, edit);
  if (!announced) return fail(announced.error());
  const std::string prefix = scene.alice_lease->prefix.text();
  StepResult refused =
      refused_with(scene, scene.plan.alice().node, prefix, {Reason::ForeignAsnInPath});
  if (!refused) return refused;
  if (const Result<void> gone = wait_for_absence(scene.transit, prefix); !gone)
    return fail(gone.error());
  const Result<void> mended = scene.alice.announce(*scene.alice_asn, {scene.alice_lease->prefix});
  if (!mended) return fail(mended.error());
  if (const Result<void> back = wait_for_path(scene.transit, prefix, {kPlatformAs}); !back)
    return fail(back.error());
  return refused;
}

// BIRD's own log is where a session that never was is explained.
Result<void> log_says(const Scene& scene, std::string_view words) {
  const Result<std::string> log = read_file(scene.processes.log_of("ixpfra01-bird"));
  if (!log) return fail(log.error());
  if (log->find(words) != std::string::npos) return {};
  return fail(ErrorKind::NotFound,
              fmt::format("the log of ixpfra01's BIRD does not say \"{}\"", words));
}

std::string bird_of(const OverlayNode& machine) { return machine.name + "-bird"; }

Router router_of(const Scene& scene, const OverlayNode& machine) {
  return Router{scene.plan.options.directory / machine.name / "bird.ctl"};
}

// Its side of the session, which must not be Established.
Result<SeenSession> refused_session(const Scene& scene, const OverlayNode& machine) {
  const Result<std::vector<SeenSession>> sessions = router_of(scene, machine).sessions("ixpfra01");
  if (!sessions) return fail(sessions.error());
  if (sessions->empty()) return fail(ErrorKind::NotFound, machine.name + " does not try");
  if (sessions->front().state != "Established") return sessions->front();
  return fail(ErrorKind::Conflict, machine.name + " has a session");
}

// With alice's prefix, in the hope that somebody takes it.
Result<void> intrude(const Scene& scene, const OverlayNode& machine, const Asn& asn) {
  const std::filesystem::path folder = scene.plan.options.directory / machine.name;
  const Result<void> written =
      write_file(folder / "bird.conf",
                 intruder_configuration(scene.plan, machine, asn, scene.alice_lease->prefix));
  return written ? start_bird(scene.processes, machine.name, folder) : written;
}

StepResult unknown_node(Scene& scene) {
  const OverlayNode& stranger = scene.plan.stranger;
  if (const Result<void> started = intrude(scene, stranger, *scene.alice_asn); !started)
    return fail(started.error());
  const std::string words = fmt::format("unknown address {}", stranger.ipv4.text());
  const Result<void> refused = eventually(10s, [&] { return log_says(scene, words); });
  if (!refused) return fail(refused.error());
  const Result<void> never = throughout(1s, [&]() -> Result<void> {
    const Result<SeenSession> session = refused_session(scene, stranger);
    return session ? Result<void>{} : Result<void>{fail(session.error())};
  });
  if (!never) return fail(never.error());
  if (const Result<void> stopped = scene.processes.stop(bird_of(stranger)); !stopped)
    return fail(stopped.error());
  return fmt::format("no session; {} {}", policy::number_of(Reason::UnknownNode),
                     policy::describe(Reason::UnknownNode).sentence);
}

// BIRD lets who failed wait before its next try, the longer the more often it failed, and meanwhile
// says nothing to it.  The operator ends that, so that the next check meets what this one did.
Result<void> forget_failures(const Scene& scene, const OverlayNode& machine) {
  const Result<std::vector<SeenSession>> sessions = sessions_with(scene.ixp, machine);
  if (!sessions) return fail(sessions.error());
  if (sessions->empty()) {
    return fail(ErrorKind::NotFound, "ixpfra01 configures nothing for " + machine.name);
  }
  const Result<std::string> restarted = scene.ixp.ask("restart " + sessions->front().name);
  return restarted ? Result<void>{} : fail(restarted.error());
}

StepResult wrong_asn(Scene& scene) {
  const OverlayNode& second = scene.plan.second_machine;
  if (const Result<void> started = intrude(scene, second, *Asn::make(kWrongAs)); !started)
    return fail(started.error());
  std::string said;
  const Result<void> refused = eventually(10s, [&]() -> Result<void> {
    const Result<SeenSession> session = refused_session(scene, second);
    if (!session) return fail(session.error());
    said = session->last_error;
    if (said.find("Bad peer AS") != std::string::npos) return {};
    return fail(ErrorKind::NotFound,
                fmt::format("alice's other machine with AS{} reads: {}", kWrongAs, said));
  });
  if (!refused) return fail(refused.error());
  if (const Result<void> stopped = scene.processes.stop(bird_of(second)); !stopped)
    return fail(stopped.error());
  if (const Result<void> ready = forget_failures(scene, second); !ready) return fail(ready.error());
  return fmt::format("no session; the machine reads: {}", said);
}

// In the function form an intruder has a session: it hears the world, and is not heard.
StepResult hears_only(Scene& scene, const OverlayNode& machine, const Asn& asn,
                      const std::set<Reason>& reasons) {
  if (const Result<void> started = intrude(scene, machine, asn); !started)
    return fail(started.error());
  StepResult refused = refused_with(scene, machine, scene.alice_lease->prefix.text(), reasons);
  if (!refused) return refused;
  const Result<void> hears = wait_for_path(router_of(scene, machine), kRouteServerPrefix,
                                           {kPlatformAs, kRouteServerClientAs});
  if (!hears) return fail(hears.error());
  const Result<void> alices =
      wait_for_path(scene.transit, scene.alice_lease->prefix.text(), {kPlatformAs});
  if (!alices) return fail(alices.error());
  if (const Result<void> stopped = scene.processes.stop(bird_of(machine)); !stopped)
    return fail(stopped.error());
  return "it hears the world, and its announcement: " + *refused;
}

StepResult unknown_node_hears_only(Scene& scene) {
  return hears_only(scene, scene.plan.stranger, *scene.alice_asn, {Reason::UnknownNode});
}

StepResult wrong_asn_hears_only(Scene& scene) {
  return hears_only(scene, scene.plan.second_machine, *Asn::make(kWrongAs),
                    {Reason::ForeignAsnInPath});
}

StepResult import_filter(Scene& scene) {
  const Result<SeenSession> before = session_at_ixp(scene, scene.plan.alice().node);
  if (!before) return fail(before.error());
  Edit edit;
  edit.import_lines = fmt::format("if net = {} then reject;", kRouteServerPrefix);
  const Result<void> reloaded =
      scene.alice.announce(*scene.alice_asn, {scene.alice_lease->prefix}, edit);
  if (!reloaded) return fail(reloaded.error());
  if (const Result<void> gone = wait_for_absence(scene.alice.router(), kRouteServerPrefix); !gone) {
    return fail(gone.error());
  }
  const Result<void> undone = scene.alice.announce(*scene.alice_asn, {scene.alice_lease->prefix});
  if (!undone) return fail(undone.error());
  const Result<void> back =
      wait_for_path(scene.alice.router(), kRouteServerPrefix, {kPlatformAs, kRouteServerClientAs});
  if (!back) return fail(back.error());
  const Result<SeenSession> after = session_at_ixp(scene, scene.plan.alice().node);
  if (!after) return fail(after.error());
  if (after->since != before->since || after->name != before->name) {
    return fail(ErrorKind::Conflict,
                fmt::format("since moved from {} to {}", before->since, after->since));
  }
  return fmt::format("the route left and came back; since {} as before", after->since);
}

}  // namespace

std::vector<Step> refusal_steps(Form form) {
  const bool sessions = form == Form::Sessions;
  const Step unknown = sessions ? Step{"a node that nobody knows: refused", &unknown_node}
                                : Step{"a node that nobody knows: hears, and is not heard",
                                       &unknown_node_hears_only};
  const Step wrong = sessions ? Step{"a known node with a wrong ASN: refused", &wrong_asn}
                              : Step{"a known node with a wrong ASN: hears, and is not heard",
                                     &wrong_asn_hears_only};
  return {{"alice announces bob's /48: refused", &anothers_prefix},
          {"alice announces a /49 of her own: refused", &more_specific},
          {"alice announces a wrong origin: refused", &wrong_origin},
          unknown,
          wrong,
          {"alice edits her import filter: the session stays", &import_filter}};
}

}  // namespace peerlab::lab

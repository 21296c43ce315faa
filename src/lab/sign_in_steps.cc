#include <fmt/format.h>

#include "lab/eventually.h"
#include "lab/scene.h"

namespace peerlab::lab {
namespace {

using namespace std::chrono_literals;

StepResult sign_in(Scene& scene) {
  for (const MemberMachine* machine : {&scene.alice, &scene.bob}) {
    if (const Result<void> signed_in = machine->sign_in(); !signed_in)
      return fail(signed_in.error());
    // A walk begins with empty hands, also in a lab that was walked before.
    if (const Result<void> empty = give_back_everything(*machine); !empty)
      return fail(empty.error());
  }
  return fmt::format("tokens of {}", kIssuer);
}

StepResult ask_for_asns(Scene& scene) {
  for (const auto& [machine, asn] :
       {std::pair{&scene.alice, &scene.alice_asn}, {&scene.bob, &scene.bob_asn}}) {
    const Result<Asn> given = machine->request_asn(), again = machine->request_asn();
    if (!given) return fail(given.error());
    if (!again) return fail(again.error());
    if (*given != *again) {
      return fail(ErrorKind::Conflict, fmt::format("{} was given AS{} and then AS{}",
                                                   machine->name(), given->text(), again->text()));
    }
    *asn = *given;
  }
  if (scene.alice_asn == scene.bob_asn)
    return fail(ErrorKind::Conflict, "alice and bob were given the same ASN");
  return fmt::format("alice AS{}, bob AS{}; asked again, the same", scene.alice_asn->text(),
                     scene.bob_asn->text());
}

StepResult receive_only(Scene& scene) {
  for (const auto& [machine, asn] :
       {std::pair{&scene.alice, *scene.alice_asn}, {&scene.bob, *scene.bob_asn}}) {
    if (const Result<void> peering = machine->announce(asn, {}); !peering)
      return fail(peering.error());
  }
  const std::uint64_t least = scene.plan.options.table == Table::Real ? 150'000 : 300;
  std::uint64_t held = 0;
  const Result<void> filled = eventually(30s, [&]() -> Result<void> {
    const Result<SeenSession> session = session_at_ixp(scene, scene.plan.alice().node);
    if (!session) return fail(session.error());
    const Result<std::vector<SeenSession>> own =
        scene.alice.router().sessions("ixp_" + scene.plan.fra.name());
    if (!own) return fail(own.error());
    held = own->empty() ? 0 : own->front().imported;
    if (session->imported != 0) return fail(ErrorKind::Conflict, "alice announces something");
    if (held >= least) return {};
    return fail(ErrorKind::Conflict, fmt::format("alice holds {} routes, not {}", held, least));
  });
  if (!filled) return fail(filled.error());
  const std::vector<std::pair<std::string_view, std::vector<std::uint32_t>>> others{
      {kInfrastructure, {kPlatformAs}},
      {scene.plan.fra.internet_prefix, {kPlatformAs, scene.plan.fra.transit_as}},
      {kRouteServerPrefix, {kPlatformAs, kRouteServerClientAs}}};
  for (const auto& [prefix, path] : others) {
    if (const Result<void> there = wait_for_path(scene.alice.router(), prefix, path); !there) {
      return fail(there.error());
    }
  }
  return fmt::format("alice holds {} routes, {} and {} among them", held, kInfrastructure,
                     kRouteServerPrefix);
}

}  // namespace

std::vector<Step> sign_in_steps() {
  return {{"alice and bob sign in by device flow", &sign_in},
          {"each is given an ASN, and only one", &ask_for_asns},
          {"receive-only: full table, infrastructure, route server's routes", &receive_only}};
}

}  // namespace peerlab::lab

#include <fmt/format.h>

#include "base/text.h"
#include "lab/eventually.h"
#include "lab/roa_table.h"
#include "lab/rpki.h"
#include "lab/scene.h"
#include "lab/stopwatch.h"
#include "policy/reason.h"

namespace peerlab::lab {
namespace {

using namespace std::chrono_literals;

constexpr double kRoaSeconds = 2;  // a change of a ROA has acted by then (issue 4, item 5)

// BIRD's word (RFC 6811) for the prefix as the world hears it.
Result<void> wait_for_state(const Router& ixp, const Prefix48& prefix, std::string_view word) {
  const std::string question =
      fmt::format("eval roa_check(rpki6, {}, {}) = {}", prefix.text(), kPlatformAs, word);
  return eventually(10s, [&]() -> Result<void> {
    const Result<std::string> answer = ixp.ask(question);
    if (!answer) return fail(answer.error());
    if (answer->find("TRUE") != std::string::npos) return {};
    return fail(ErrorKind::Conflict, fmt::format("{} is not {} there", prefix.text(), word));
  });
}

// Turned off it stays: what comes next gives the prefix another ROA.
StepResult switch_of_a_member(Scene& scene) {
  const Prefix48& prefix = scene.alice_lease->prefix;
  std::string summary;
  for (const auto& [verb, word] : {std::pair{"", "ROA_VALID"},
                                   {"disable", "ROA_UNKNOWN"},
                                   {"enable", "ROA_VALID"},
                                   {"disable", "ROA_UNKNOWN"}}) {
    const Stopwatch watch;
    if (*verb != '\0') {
      const auto switched = scene.alice.peerlab({"prefix", "rpki", verb, prefix.text()});
      if (!switched) return fail(switched.error());
    }
    for (const Router* const ixp : {&scene.ixp, &scene.ams}) {
      if (const Result<void> seen = wait_for_state(*ixp, prefix, word); !seen)
        return fail(seen.error());
    }
    const Result<void> told = wait_for_path(scene.transit, prefix.text(), {kPlatformAs});
    if (!told) return fail(told.error());
    if (*verb == '\0') continue;
    scene.seconds["rpki_switch"] = watch.seconds();
    summary += fmt::format("{} {} after {:.2f} s, ", verb, word, watch.seconds());
  }
  return summary + "at both sites; transit has it throughout";
}

// How many of transit's routes are refused as invalid: "400 of 400 routes for …".
Result<std::uint64_t> invalid_from_transit(const Scene& scene) {
  const Result<std::string> answer = scene.ixp.ask(fmt::format(
      "show route filtered table master6 protocol upstream_transit where ({}, {}, {}) ~ "
      "bgp_large_community count",
      kPlatformAs, policy::kReasonFunction, policy::number_of(policy::Reason::RpkiInvalid)));
  if (!answer) return fail(answer.error());
  const auto count = parse_decimal<std::uint64_t>(split_once(*answer, ' ').first);
  if (count) return *count;
  return fail(ErrorKind::Malformed, fmt::format("ixpfra01 counts: {}", *answer));
}

StepResult invalid_route_of_transit(Scene& scene) {
  const Result<std::string> document = read_roas(scene.plan);
  if (!document) return fail(document.error());
  const std::vector<std::string> invalid = invalid_prefixes(*document);
  for (const std::string& prefix : {invalid.front(), invalid.back()}) {
    if (const Result<SeenRoute> told = route_at(scene.transit, prefix); !told)
      return fail(told.error());
    if (const Result<void> refused = wait_for_absence(scene.ixp, prefix); !refused)
      return fail(refused.error());
  }
  const Result<std::uint64_t> refused = invalid_from_transit(scene);
  if (!refused) return fail(refused.error());
  if (*refused == invalid.size()) {
    return fmt::format("{}, {} among them: {} {}", *refused, invalid.front(),
                       policy::number_of(policy::Reason::RpkiInvalid),
                       policy::describe(policy::Reason::RpkiInvalid).sentence);
  }
  return fail(ErrorKind::Conflict,
              fmt::format("ixpfra01 refuses {} of transit's routes as invalid, and {} were made so",
                          *refused, invalid.size()));
}

// Seconds from the new ROAs to what `is_so` waits for.
template <class IsSo>
Result<double> seconds_until(const Scene& scene, const std::string& document, const IsSo& is_so) {
  const Stopwatch watch;
  if (const Result<void> told = publish_roas(scene.plan, scene.processes, document); !told)
    return fail(told.error());
  if (const Result<void> seen = is_so(); !seen) return fail(seen.error());
  const double seconds = watch.seconds();
  if (seconds <= kRoaSeconds) return seconds;
  return fail(ErrorKind::TimedOut, fmt::format("it took {:.2f} s", seconds));
}

// alice's session and transit's.
Result<std::string> sessions_since(const Scene& scene) {
  const Result<SeenSession> alices = session_at_ixp(scene, scene.plan.alice().node);
  if (!alices) return fail(alices.error());
  const auto transits = scene.ixp.sessions("upstream_transit");
  if (!transits) return fail(transits.error());
  if (transits->empty()) return fail(ErrorKind::NotFound, "transit has no session at ixpfra01");
  return fmt::format("{} and {}", alices->since, transits->front().since);
}

StepResult invalid_prefix_of_a_member(Scene& scene) {
  const Ipv6Prefix prefix = *Ipv6Prefix::parse(scene.alice_lease->prefix.text());
  const Result<std::string> before = read_roas(scene.plan);
  const Result<std::string> since = sessions_since(scene);
  if (!before || !since) return fail(before ? since.error() : before.error());
  const std::string invalid = with_roa(*before, {prefix, *Asn::make(kNobodysAs)});
  const std::string valid = with_roa(invalid, {prefix, *Asn::make(kPlatformAs)});
  const auto is_gone = [&] { return wait_for_absence(scene.transit, prefix.text()); };
  const auto is_there = [&] { return wait_for_path(scene.transit, prefix.text(), {kPlatformAs}); };
  std::string summary;
  for (const auto& [name, document, gone] : {std::tuple{"withheld", invalid, true},
                                             {"valid", valid, false},
                                             {"withheld", invalid, true},
                                             {"unknown again", *before, false}}) {
    const Result<double> seconds =
        gone ? seconds_until(scene, document, is_gone) : seconds_until(scene, document, is_there);
    if (!seconds) return fail(seconds.error());
    if (gone) scene.seconds["roa_to_withheld"] = *seconds;
    summary += fmt::format("{} after {:.2f} s, ", name, *seconds);
    const Result<void> bob =
        wait_for_path(scene.bob.router(), prefix.text(), {kPlatformAs, scene.alice_asn->number()});
    if (!bob) return fail(bob.error());
  }
  const Result<std::string> after = sessions_since(scene);
  if (!after) return fail(after.error());
  if (*after == *since) return summary + "bob has it throughout, sessions stay";
  return fail(ErrorKind::Conflict, fmt::format("since moved from {} to {}", *since, *after));
}

}  // namespace

std::vector<Step> rpki_steps() {
  return {
      {"routes of transit's that RPKI calls invalid: refused", &invalid_route_of_transit},
      {"her RPKI switch: a ROA of the platform's for her prefix, or none", &switch_of_a_member},
      {"her prefix with a ROA of another AS: kept from the world", &invalid_prefix_of_a_member}};
}

}  // namespace peerlab::lab

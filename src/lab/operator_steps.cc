#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/json.h"
#include "lab/namespaces.h"
#include "lab/scene.h"
#include "lab/stopwatch.h"
#include "lab/tools.h"

namespace peerlab::lab {
namespace {

// `peerlab operator ...` at the gateway's own machine, where the key lies.
Result<void> operate(const Scene& scene, const std::vector<std::string>& words) {
  const std::filesystem::path core = folder_of(scene.plan, "core");
  std::vector<std::string> argv{program(scene.plan.options, "peerlab").string(), "operator"};
  argv.insert(argv.end(), words.begin(), words.end());
  argv.insert(argv.end(), {"--operator-key-file", (core / "operator-key").string()});
  return output_of({inside("core", std::move(argv)),
                    {{"HOME", core.string()}, {"PEERLAB_API_URL", std::string{kGatewayUrl}}}},
                   std::chrono::seconds{30})
      .map([](const std::string&) {});
}

Result<std::string> hash_of(const MemberMachine& machine) {
  const Result<std::string> answer = machine.peerlab({"-o", "json", "auth", "status"});
  if (!answer) return fail(answer.error());
  const Result<boost::json::value> document = parse_json(*answer);
  if (!document || !document->is_object()) {
    return fail(ErrorKind::Malformed, "`peerlab -o json auth status` prints no JSON object");
  }
  return text_member(document->get_object(), "user_hash").value_or("");
}

// She reads why, and gets nothing while it lasts.
Result<void> is_told(const Scene& scene, const std::string& reason) {
  const Result<HeldLease> held = lease(scene.alice, "1");
  if (held) return fail(ErrorKind::Conflict, fmt::format("{} was leased", held->prefix.text()));
  if (held.error().detail.find(reason) != std::string::npos) return {};
  return fail(held.error());
}

StepResult suspend(Scene& scene) {
  const Result<std::string> alice = hash_of(scene.alice);
  const Result<SeenSession> before = session_at_ixp(scene, scene.plan.alice().node);
  if (!alice || !before) return fail(alice ? before.error() : alice.error());
  const std::string reason = "announces what is not hers";
  const Stopwatch watch;
  if (const Result<void> suspended = operate(scene, {"suspend", *alice, reason}); !suspended)
    return fail(suspended.error());
  const std::string prefix = scene.alice_lease->prefix.text();
  for (const Router* const router : {&scene.transit, &scene.transit_ams}) {
    if (const Result<void> gone = wait_for_absence(*router, prefix); !gone)
      return fail(gone.error());
  }
  scene.seconds["suspended_to_withdrawn"] = watch.seconds();
  if (const Result<void> told = is_told(scene, reason); !told) return fail(told.error());
  const Result<SeenSession> after = session_at_ixp(scene, scene.plan.alice().node);
  if (!after) return fail(after.error());
  if (after->since != before->since) {
    return fail(ErrorKind::Conflict, fmt::format("her session's since moved from {} to {}",
                                                 before->since, after->since));
  }
  return fmt::format("{} is gone at both transits after {:.2f} s; she reads: {}", prefix,
                     scene.seconds["suspended_to_withdrawn"], reason);
}

StepResult resume(Scene& scene) {
  const Result<std::string> alice = hash_of(scene.alice);
  if (!alice) return fail(alice.error());
  const Stopwatch watch;
  if (const Result<void> resumed = operate(scene, {"resume", *alice}); !resumed)
    return fail(resumed.error());
  const std::string prefix = scene.alice_lease->prefix.text();
  for (const Router* const router : {&scene.transit, &scene.transit_ams}) {
    if (const Result<void> seen = wait_for_path(*router, prefix, {kPlatformAs}); !seen)
      return fail(seen.error());
  }
  return fmt::format("{} is back at both transits after {:.2f} s, unasked", prefix,
                     watch.seconds());
}

}  // namespace

std::vector<Step> operator_steps() {
  return {{"alice is suspended: withdrawn, her session stays", &suspend},
          {"alice is resumed: her lease is announced again", &resume}};
}

}  // namespace peerlab::lab

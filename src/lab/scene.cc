#include "lab/scene.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/json.h"
#include "lab/eventually.h"

namespace peerlab::lab {

using namespace std::chrono_literals;

Scene::Scene(const Plan& the_plan, const Clock& the_clock)
    : plan{the_plan},
      clock{the_clock},
      processes{the_plan.options.directory},
      alice{the_plan, the_plan.alice()},
      bob{the_plan, the_plan.bob()},
      ixp{ixp_router(the_plan)},
      transit{transit_router(the_plan)},
      route_server{route_server_router(the_plan)} {}

Result<HeldLease> lease(const MemberMachine& machine, std::string_view hours) {
  const Result<std::string> answer =
      machine.peerlab({"-o", "json", "prefix", "request", std::string{hours}});
  if (!answer) return fail(answer.error());
  const Result<boost::json::value> document = parse_json(*answer);
  if (!document || !document->is_object()) {
    return fail(ErrorKind::Malformed, "`peerlab -o json prefix request` prints no JSON object");
  }
  const boost::json::object& object = document->get_object();
  const Result<Prefix48> prefix = Prefix48::parse(text_member(object, "prefix").value_or(""));
  const Result<Instant> end = parse_rfc3339(text_member(object, "end_time").value_or(""));
  if (!prefix) return fail(prefix.error());
  if (!end) return fail(end.error());
  return HeldLease{*prefix, *end};
}

Result<void> give_back_everything(const MemberMachine& machine) {
  const Result<std::string> answer = machine.peerlab({"-o", "json", "prefix", "list"});
  if (!answer) return fail(answer.error());
  const Result<boost::json::value> document = parse_json(*answer);
  if (!document || !document->is_array()) {
    return fail(ErrorKind::Malformed, "`peerlab -o json prefix list` prints no JSON array");
  }
  for (const boost::json::value& row : document->get_array()) {
    const std::string prefix = text_member(row.as_object(), "prefix").value_or("");
    const Result<std::string> revoked = machine.peerlab({"prefix", "revoke", prefix});
    if (!revoked) return fail(revoked.error());
  }
  return {};
}

std::string spelled(const std::vector<std::uint32_t>& path) {
  return path.empty() ? "(empty)" : fmt::format("{}", fmt::join(path, " "));
}

Result<void> wait_for_path(const Router& router, std::string_view prefix,
                           const std::vector<std::uint32_t>& path) {
  return eventually(10s, [&]() -> Result<void> {
    const Result<std::vector<SeenRoute>> routes = router.routes(prefix);
    if (!routes) return fail(routes.error());
    if (routes->empty()) return fail(ErrorKind::NotFound, fmt::format("no route for {}", prefix));
    if (routes->size() == 1 && routes->front().path == path) return {};
    return fail(ErrorKind::Conflict,
                fmt::format("{} route(s) for {}, path {}, not {}", routes->size(), prefix,
                            spelled(routes->front().path), spelled(path)));
  });
}

Result<void> wait_for_absence(const Router& router, std::string_view prefix) {
  return eventually(10s, [&]() -> Result<void> {
    const Result<std::vector<SeenRoute>> routes = router.routes(prefix);
    if (!routes) return fail(routes.error());
    if (routes->empty()) return {};
    return fail(ErrorKind::Conflict,
                fmt::format("{} is still there, path {}", prefix, spelled(routes->front().path)));
  });
}

Result<SeenRoute> route_at(const Router& router, std::string_view prefix) {
  const Result<std::vector<SeenRoute>> routes = router.routes(prefix);
  if (!routes) return fail(routes.error());
  if (routes->empty()) return fail(ErrorKind::NotFound, fmt::format("no route for {}", prefix));
  return routes->front();
}

Result<SeenSession> session_at_ixp(const Scene& scene, const OverlayNode& node) {
  return established_session(scene.ixp, node);
}

}  // namespace peerlab::lab

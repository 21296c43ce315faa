#include "lab/scene.h"

#include <fmt/format.h>

#include <algorithm>
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
      ixp{router_at(the_plan, the_plan.fra.name())},
      ams{router_at(the_plan, the_plan.ams.name())},
      transit{router_at(the_plan, the_plan.fra.transit)},
      transit_ams{router_at(the_plan, the_plan.ams.transit)},
      route_server{router_at(the_plan, "routeserver")} {}

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
    const auto other =
        std::ranges::find_if(*routes, [&](const SeenRoute& route) { return route.path != path; });
    if (other == routes->end()) return {};
    return fail(ErrorKind::Conflict,
                fmt::format("{} has path {}, not {}", prefix, spelled(other->path), spelled(path)));
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

Result<void> untouched(const Router& router, const std::string& prefix, const SeenRoute& before) {
  const Result<SeenRoute> now = route_at(router, prefix);
  if (!now) return fail(now.error());
  if (now->since == before.since) return {};
  return fail(ErrorKind::Conflict, fmt::format("{} was told anew at {}", prefix, now->since));
}

Result<SeenSession> session_at_ixp(const Scene& scene, const OverlayNode& node) {
  return established_session(scene.ixp, node);
}

StepResult ping_both_ways(const Standpoint& one, const Standpoint& other) {
  for (const auto& [from, to] : {std::pair{one, other}, {other, one}}) {
    Result<Echo> echo = fail(ErrorKind::TimedOut, "");
    const Result<void> heard = eventually(5s, [&]() -> Result<void> {
      echo = ping(from, to);
      return echo ? Result<void>{} : Result<void>{fail(echo.error())};
    });
    if (!heard) return fail(heard.error());
    if (echo->source_seen_by_target != from.address || echo->source_seen_by_sender != to.address) {
      return fail(ErrorKind::Conflict, fmt::format("{} saw {}, and {} was answered by {}", to.place,
                                                   echo->source_seen_by_target.text(), from.place,
                                                   echo->source_seen_by_sender.text()));
    }
  }
  return fmt::format("{} <-> {}, as each other saw them", one.address.text(), other.address.text());
}

}  // namespace peerlab::lab

// From a request to its answer and its line in the log.
#include <fmt/format.h>

#include <chrono>

#include "base/log.h"
#include "gateway/routes.h"
#include "gateway/services.h"

namespace peerlab::gateway {
namespace {

using SteadyClock = std::chrono::steady_clock;

struct Outcome {
  Answer answer;
  std::string_view route = "";  // the pattern: a path may hold what a stranger or a member typed
  std::string caller = "nobody";
  bool confidential = false;
};

// Members reach the platform's existing front door as /api/peerlab/* (WIRE.md 1.1).
std::vector<std::string> segments_of(const http::Request& request) {
  std::vector<std::string> segments = request.segments;
  if (segments.size() > 1 && segments[0] == "api" && segments[1] == "peerlab") {
    segments.erase(segments.begin() + 1);
  }
  return segments;
}

http::Method method_served(const http::Request& request) {
  return request.method == http::Method::Head ? http::Method::Get : request.method;
}

template <class... Audience>
Answer call_endpoint(std::span<const Route<Audience...>> routes, std::string_view pattern,
                     const Call& call, const Audience&... audience) {
  std::string allowed;
  for (const Route<Audience...>& route : routes) {
    if (route.pattern != pattern) continue;
    if (route.method == method_served(call.request)) return route.endpoint(call, audience...);
    if (!allowed.empty()) allowed += ", ";
    allowed += http::name_of(route.method);
    if (route.method == http::Method::Get) allowed += ", HEAD";
  }
  Refusing refusing =
      refuse(wire::ProblemType::MethodNotAllowed, "", fmt::format("this route takes {}", allowed));
  refusing.value().headers.add("Allow", allowed);
  return refusing;
}

template <class Audience>
Outcome admit_and_call(std::span<const Route<Audience>> routes, std::string_view pattern,
                       const Call& call) {
  const tl::expected<Audience, Refused> caller = Audience::admit(call);
  if (!caller) return {Refusing{caller.error()}, pattern, "nobody", true};
  return {call_endpoint(routes, pattern, call, *caller), pattern, caller->log_name(), true};
}

Outcome admit_and_call(std::span<const Route<>> routes, std::string_view pattern,
                       const Call& call) {
  return {call_endpoint(routes, pattern, call), pattern};
}

// Nothing where none of the routes is meant.
template <class Route>
std::optional<Outcome> outcome_in(std::span<const Route> routes,
                                  std::span<const std::string> segments, Call call) {
  for (const Route& route : routes) {
    const auto captured = match(route.pattern, segments);
    if (!captured) continue;
    call.captured = *captured;
    return admit_and_call(routes, route.pattern, call);
  }
  return std::nullopt;
}

// A path that is nobody's is said to be so before anybody is asked who they are.
Outcome outcome_of(const Services& services, const http::Request& request) {
  const std::vector<std::string> segments = segments_of(request);
  const Call call{services, request, "", services.clock.now()};
  if (auto outcome = outcome_in(member_routes(), segments, call)) return *std::move(outcome);
  if (auto outcome = outcome_in(agent_routes(), segments, call)) return *std::move(outcome);
  if (auto outcome = outcome_in(public_routes(), segments, call)) return *std::move(outcome);
  return {refuse(wire::ProblemType::NotFound, "", "there is no such route")};
}

void log_request(const http::Request& request, const Outcome& outcome, int status,
                 SteadyClock::duration taken) {
  const LogLevel level = status >= 500 ? LogLevel::Warning : LogLevel::Info;
  const double milliseconds = std::chrono::duration<double, std::milli>(taken).count();
  log(level, "request",
      {{"method", http::name_of(request.method)},
       {"route", outcome.route.empty() ? "none" : outcome.route},
       {"status", status},
       {"milliseconds", fmt::format("{:.1f}", milliseconds)},
       {"request_id", request.request_id},
       {"caller", outcome.caller},
       {"cause", outcome.answer ? std::string{} : outcome.answer.error().cause}});
}

}  // namespace

http::Response answer(const Services& services, const http::Request& request) {
  const auto begin = SteadyClock::now();
  Outcome outcome = outcome_of(services, request);
  if (method_served(request) != http::Method::Get) services.mappings.written();
  const int status =
      outcome.answer ? outcome.answer->status : outcome.answer.error().problem.status;
  log_request(request, outcome, status, SteadyClock::now() - begin);
  http::Response response = outcome.answer ? *std::move(outcome.answer)
                                           : spelled(std::move(outcome.answer.error()),
                                                     {outcome.route, request.request_id});
  if (outcome.confidential) response.headers.set("Cache-Control", "no-store");
  return response;
}

}  // namespace peerlab::gateway

// From a request to its answer and its line in the log.
#include <fmt/format.h>

#include <chrono>

#include "base/log.h"
#include "gateway/routes.h"
#include "gateway/security_headers.h"
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
std::string methods_of(std::span<const Route<Audience...>> routes, std::string_view pattern) {
  std::string methods;
  for (const Route<Audience...>& route : routes) {
    if (route.pattern != pattern) continue;
    if (!methods.empty()) methods += ", ";
    methods += http::name_of(route.method);
    if (route.method == http::Method::Get) methods += ", HEAD";
  }
  return methods;
}

template <class... Audience>
Answer called(const Route<Audience...>& route, const Call& call, const Audience&... audience) {
  using AtOnce = Answer (*)(const Call&, const Audience&...);
  if (const AtOnce* const endpoint = std::get_if<AtOnce>(&route.endpoint)) {
    return (*endpoint)(call, audience...);
  }
  const auto endpoint = std::get<Settled (*)(const Call&, const Audience&...)>(route.endpoint);
  return Patient{[endpoint, call, audience...] { return endpoint(call, audience...); }};
}

template <class... Audience>
Answer call_endpoint(std::span<const Route<Audience...>> routes, std::string_view pattern,
                     const Call& call, const Audience&... audience) {
  for (const Route<Audience...>& route : routes) {
    if (route.pattern != pattern) continue;
    if (route.method == method_served(call.request)) return called(route, call, audience...);
  }
  const std::string allowed = methods_of(routes, pattern);
  Refusing refusing =
      refuse(wire::ProblemType::MethodNotAllowed, "", fmt::format("this route takes {}", allowed));
  refusing.value().headers.add("Allow", allowed);
  return refusing;
}

// What is asked of an address before anything is done for it.  Agents pay for wrong keys only.
std::optional<Refused> pay_at_the_door(Toll& toll, Purse purse, const Call& call) {
  const Ipv6 client = client_address(call.request, call.services.admission.proxies);
  return toll.pay(purse, address_owner(client));
}

std::optional<Refused> pay_as(const Member& member, Toll& toll) {
  return toll.pay(Purse::Member, member.user().text());
}

std::optional<Refused> pay_as(const Operator& caller, Toll& toll) {
  return toll.pay(Purse::Member, caller.log_name());
}

std::optional<Refused> pay_as(const Agent& /*agent*/, Toll& /*toll*/) { return std::nullopt; }

template <class Audience>
Outcome admit_and_call(std::span<const Route<Audience>> routes, std::string_view pattern,
                       const Call& call, Toll& toll) {
  constexpr bool kPaysFirst = !std::is_same_v<Audience, Agent>;
  const auto turn_away = [&](Refused refused, std::string caller = "nobody") {
    return Outcome{Refusing{std::move(refused)}, pattern, std::move(caller), true};
  };
  if constexpr (kPaysFirst) {
    if (auto broke = pay_at_the_door(toll, Purse::Address, call)) return turn_away(*broke);
    if (auto page =
            call.services.admission.origins.preflight(call.request, methods_of(routes, pattern))) {
      return {*std::move(page), pattern};
    }
  }
  const tl::expected<Audience, Refused> caller = Audience::admit(call);
  if (!caller && !kPaysFirst) {
    if (auto broke = pay_at_the_door(toll, Purse::Address, call)) return turn_away(*broke);
  }
  if (!caller) return turn_away(caller.error());
  if (auto broke = pay_as(*caller, toll)) return turn_away(*broke, caller->log_name());
  return {call_endpoint(routes, pattern, call, *caller), pattern, caller->log_name(), true};
}

Outcome admit_and_call(std::span<const Route<>> routes, std::string_view pattern, const Call& call,
                       Toll& toll) {
  const Purse purse = pattern.starts_with("/health/") ? Purse::Health : Purse::Address;
  if (auto broke = pay_at_the_door(toll, purse, call)) return {Refusing{*broke}, pattern};
  const AllowedOrigins& origins = call.services.admission.origins;
  if (auto page = origins.preflight(call.request, methods_of(routes, pattern))) {
    return {*std::move(page), pattern};
  }
  return {call_endpoint(routes, pattern, call), pattern};
}

// Nothing where none of the routes is meant.
template <class Route>
std::optional<Outcome> outcome_in(std::span<const Route> routes,
                                  std::span<const std::string> segments, Call call, Toll& toll) {
  for (const Route& route : routes) {
    const auto captured = match(route.pattern, segments);
    if (!captured) continue;
    call.captured = *captured;
    return admit_and_call(routes, route.pattern, call, toll);
  }
  return std::nullopt;
}

// One request from its first moment to its answer, which may be made long after, elsewhere.
struct Exchange {
  Exchange(const Services& all, http::Request asked)
      : services{all}, request{std::move(asked)}, segments{segments_of(request)} {}

  const Services services;
  const http::Request request;
  const std::vector<std::string> segments;
  const SteadyClock::time_point begin = SteadyClock::now();
  Toll toll{services.admission.limiter, begin};
  Outcome outcome = {};
};

// A path that is nobody's is said to be so before anybody is asked who they are.
Outcome outcome_of(Exchange& exchange) {
  const Services& services = exchange.services;
  const std::vector<std::string>& segments = exchange.segments;
  Toll& toll = exchange.toll;
  const Call call{services, exchange.request, "", services.clock.now()};
  if (auto outcome = outcome_in(member_routes(), segments, call, toll)) return *std::move(outcome);
  if (auto outcome = outcome_in(operator_routes(), segments, call, toll)) {
    return *std::move(outcome);
  }
  if (auto outcome = outcome_in(agent_routes(), segments, call, toll)) return *std::move(outcome);
  if (auto outcome = outcome_in(public_routes(), segments, call, toll)) return *std::move(outcome);
  if (auto broke = pay_at_the_door(toll, Purse::Address, call)) return {Refusing{*broke}};
  return {refuse(wire::ProblemType::NotFound, "", "there is no such route")};
}

// Proxies that gather what they pass on would keep events back.
http::Response event_stream_head() {
  return {200, {{"Content-Type", "text/event-stream"}, {"X-Accel-Buffering", "no"}}, {}};
}

void log_request(const http::Request& request, const Outcome& outcome, int status,
                 std::string_view cause, SteadyClock::duration taken) {
  const LogLevel level = status >= 500 ? LogLevel::Warning : LogLevel::Info;
  const double milliseconds = std::chrono::duration<double, std::milli>(taken).count();
  log(level, "request",
      {{"method", http::name_of(request.method)},
       {"route", outcome.route.empty() ? "none" : outcome.route},
       {"status", status},
       {"milliseconds", fmt::format("{:.1f}", milliseconds)},
       {"request_id", request.request_id},
       {"caller", outcome.caller},
       {"cause", cause}});
}

// Logged, counted, and with the fields that every answer has.
http::Response finished(const Exchange& exchange, Settled settled) {
  const auto& [services, request, segments, begin, toll, outcome] = exchange;
  const int status = settled ? settled->status : settled.error().problem.status;
  const bool may_have_written =
      method_served(request) != http::Method::Get && (status < 400 || status >= 500);
  if (may_have_written) {
    services.mappings.written();
    services.sealer.written();
  }
  const SteadyClock::duration taken = SteadyClock::now() - begin;
  log_request(request, outcome, status, settled ? std::string_view{} : settled.error().cause,
              taken);
  services.tally.answered(request.method, outcome.route, status, taken);
  if (const auto purse = toll.empty()) services.tally.limited(*purse);
  http::Response response =
      settled ? *std::move(settled)
              : spelled(std::move(settled.error()), {outcome.route, request.request_id});
  if (outcome.confidential) response.headers.set("Cache-Control", "no-store");
  toll.tell(response.headers);
  services.admission.origins.admit(request, response);
  add_security_headers(response);
  return response;
}

// An answer of each kind as the server takes it.
struct Finish {
  std::shared_ptr<const Exchange> exchange;

  http::Response operator()(Settled settled) const {
    return finished(*exchange, std::move(settled));
  }
  http::Response operator()(http::Response response) const {
    return (*this)(Settled{std::move(response)});
  }
  http::Patient operator()(Patient patient) const {
    return {[finish = *this, make = std::move(patient.make)] { return finish(make()); }};
  }
  std::shared_ptr<http::Later> operator()(Postponed postponed) const {
    auto later = std::make_shared<http::Later>(std::move(postponed.hasten));
    postponed.begin([finish = *this, later](std::function<Made()> make) {
      later->answer([finish, make = std::move(make)] {
        Made made = make();
        return std::visit([&](auto& one) { return http::Made{finish(std::move(one))}; }, made);
      });
    });
    return later;
  }
  std::shared_ptr<http::EventStream> operator()(Broadcast broadcast) const {
    auto stream = std::make_shared<http::EventStream>((*this)(event_stream_head()),
                                                      std::move(broadcast.over));
    broadcast.begin(stream);
    return stream;
  }
};

}  // namespace

http::Answer answer(const Services& services, http::Request request) {
  const auto exchange = std::make_shared<Exchange>(services, std::move(request));
  exchange->outcome = outcome_of(*exchange);
  Answer answer = std::exchange(exchange->outcome.answer, http::Response{});
  const Finish finish{exchange};
  if (!answer) return finish(Refusing{std::move(answer.error())});
  return std::visit([&](auto& one) { return http::Answer{finish(std::move(one))}; }, *answer);
}

}  // namespace peerlab::gateway

#include "gateway/routes.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "tests/support/gateway/test_gateway.h"

namespace peerlab::gateway {
namespace {

using http::Method;
using testing::HasSubstr;
using testing::Optional;
using testing_support::as_agent;
using testing_support::as_operator;
using testing_support::request;
using testing_support::TestGateway;
using testing_support::text_in;

std::optional<std::string> matched(std::string_view pattern, std::string_view path) {
  const std::vector<std::string> segments = http::parse_target(path)->segments;
  const auto captured = match(pattern, segments);
  return captured ? std::optional{std::string{*captured}} : std::nullopt;
}

TEST(RoutePatterns, MatchWholePathsAndCaptureOneSegment) {
  EXPECT_EQ(matched("/a/b", "/a/b"), "");
  EXPECT_EQ(matched("/a/{x}", "/a/b"), "b");
  EXPECT_EQ(matched("/a/{x}", "/a/2001:db8::%2F48"), "2001:db8::/48");
  EXPECT_EQ(matched("/a/{x}/c", "/a/b/c"), "b");
  EXPECT_EQ(matched("/a/{x}", "/a/%7Bx%7D"), "{x}");
  for (const char* const path : {"/", "/a", "/a/", "/a/b/", "/a/b/c/d", "/A/b/c", "/a//c", "/%00",
                                 "//a/b/c", "/a/b%2Fc", "/a/b/./c", "*"}) {
    EXPECT_EQ(matched("/a/{x}/c", path), std::nullopt) << path;
  }
}

// What any route has in common, whomever it serves.
struct AnyRoute {
  Method method;
  std::string_view pattern;
  // Its braces filled in, rightly where a prefix is meant.
  [[nodiscard]] std::string path() const {
    std::string path;
    for (const std::string_view part : split(pattern.substr(1), '/')) {
      path += "/";
      path += part == "{prefix}" ? "3fff:100::%2F48" : part.starts_with('{') ? "x" : part;
    }
    return path;
  }
};

template <class Routes>
std::vector<AnyRoute> any(const Routes& routes) {
  std::vector<AnyRoute> all;
  for (const auto& route : routes) all.push_back({route.method, route.pattern});
  return all;
}

std::vector<AnyRoute> all_routes() {
  std::vector<AnyRoute> all = any(member_routes());
  for (const auto& more : {any(operator_routes()), any(agent_routes()), any(public_routes())}) {
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}

TEST(Routes, EachBelongToOneAudienceAndAreNamedOnce) {
  std::set<std::pair<std::string_view, Method>> seen;
  for (const AnyRoute& route : all_routes()) {
    EXPECT_TRUE(seen.insert({route.pattern, route.method}).second) << route.pattern;
    const auto matching = [&](const AnyRoute& other) {
      return matched(other.pattern, route.path()) && other.pattern != route.pattern;
    };
    const std::vector<AnyRoute> all = all_routes();
    EXPECT_TRUE(std::none_of(all.begin(), all.end(), matching)) << route.pattern;
  }
}

TEST(Routes, OfMembersAndAgentsAnswerNobodyElse) {
  TestGateway gateway;
  const auto refuses = [](const http::Response& response, const AnyRoute& route) {
    EXPECT_EQ(response.status, 401) << route.pattern;
    EXPECT_THAT(response.headers.find("WWW-Authenticate").value_or(""), HasSubstr("Bearer"));
    EXPECT_THAT(response.headers.find("Cache-Control"), Optional(std::string_view{"no-store"}));
    EXPECT_EQ(text_in(response, "instance"), route.pattern);
  };
  for (const AnyRoute& route : any(member_routes())) {
    refuses(gateway.answer(request(route.method, route.path())), route);
    refuses(gateway.answer(as_agent(request(route.method, route.path()))), route);
    refuses(gateway.answer(as_operator(request(route.method, route.path()))), route);
  }
  for (const AnyRoute& route : any(agent_routes())) {
    refuses(gateway.answer(request(route.method, route.path())), route);
    refuses(gateway.answer(gateway.as("alice", request(route.method, route.path()))), route);
    refuses(gateway.answer(as_operator(request(route.method, route.path()))), route);
  }
}

TEST(Routes, OfOperatorsAnswerNobodyElse) {
  TestGateway gateway;
  gateway.operators.role = "operator";
  gateway.roles["staff"] = {"staff", "operators", "Operator"};
  for (const AnyRoute& route : any(operator_routes())) {
    const http::Request bare = request(route.method, route.path());
    const auto outcome = [&](const http::Request& asked) {
      const http::Response response = gateway.answer(asked);
      EXPECT_THAT(response.headers.find("Cache-Control"), Optional(std::string_view{"no-store"}));
      return std::pair{response.status, text_in(response, "type")};
    };
    const std::pair nobody{401, std::string{"/problems/unauthenticated"}};
    const std::pair none{403, std::string{"/problems/not-an-operator"}};
    EXPECT_EQ(outcome(bare), nobody) << route.pattern;
    EXPECT_EQ(outcome(as_agent(bare)), nobody) << route.pattern;
    EXPECT_EQ(outcome(gateway.as("alice", bare)), none) << route.pattern;
    EXPECT_EQ(outcome(gateway.as("staff", bare)), none) << route.pattern;
  }
}

TEST(Routes, WithoutAnAudienceAnswerAnybodyAndMayBeKept) {
  TestGateway gateway;
  // The issuer's keys are known from the first token on: the gateway is ready.
  (void)gateway.answer(gateway.as("alice", request(Method::Get, "/api/user/info")));
  for (const AnyRoute& route : any(public_routes())) {
    const http::Response response = gateway.answer(request(route.method, route.path()));
    EXPECT_EQ(response.status, 200) << route.pattern;
    const bool of_now = route.pattern == "/api/prefixes/{prefix}/holder";
    EXPECT_EQ(response.headers.find("Cache-Control"),
              of_now ? std::optional<std::string_view>{"no-store"} : std::nullopt)
        << route.pattern;
  }
}

TEST(Routes, ThatAreUnknownAreSaidToBeSoBeforeAuthentication) {
  TestGateway gateway;
  for (const char* const path : {"/",
                                 "/api",
                                 "/api/",
                                 "/api/user",
                                 "/api/user/info/",
                                 "/api/user/Info",
                                 "/API/user/info",
                                 "/api/user/prefix/",
                                 "/api/user/prefix/3fff:100::/48",
                                 "/api/user/prefix//rpki",
                                 "/api/user%2Finfo",
                                 "/api/user/info%00",
                                 "/service",
                                 "/service/mappings/",
                                 "/api/peerlab/service/mappings",
                                 "/api/peerlab/peerlab/user/info",
                                 "/peerlab/user/info",
                                 "/health",
                                 "/metrics",
                                 "/../api/user/info",
                                 "*"}) {
    const http::Response response = gateway.answer(request(Method::Get, path));
    EXPECT_EQ(response.status, 404) << path;
    EXPECT_EQ(text_in(response, "type"), "/problems/not-found") << path;
    EXPECT_EQ(response.headers.find("WWW-Authenticate"), std::nullopt) << path;
  }
}

// Of all routes with this pattern, as the field Allow says them.
std::string methods_of(std::string_view pattern) {
  std::string methods;
  for (const AnyRoute& route : all_routes()) {
    if (route.pattern != pattern) continue;
    methods += (methods.empty() ? "" : ", ") + std::string{http::name_of(route.method)};
    if (route.method == Method::Get) methods += ", HEAD";
  }
  return methods;
}

TEST(Routes, SayWhichMethodsTheyTakeOnlyToThoseTheyServe) {
  TestGateway gateway;
  for (const AnyRoute& route : all_routes()) {
    const bool of_members = route.pattern.starts_with("/api/user/");
    const bool of_agents = route.pattern.starts_with("/service/");
    const bool of_operators = route.pattern.starts_with("/operator/");
    const std::string methods = methods_of(route.pattern);
    for (const Method method : {Method::Get, Method::Post, Method::Put, Method::Delete,
                                Method::Patch, Method::Options, Method::Trace, Method::Other}) {
      if (methods.find(http::name_of(method)) != std::string::npos) continue;
      const http::Request bare = request(method, route.path());
      const int bare_status = gateway.answer(bare).status;
      EXPECT_EQ(bare_status, of_members || of_agents || of_operators ? 401 : 405) << route.pattern;
      const http::Response response = gateway.answer(of_agents      ? as_agent(bare)
                                                     : of_operators ? as_operator(bare)
                                                                    : gateway.as("alice", bare));
      EXPECT_EQ(response.status, 405) << http::name_of(method) << " " << route.pattern;
      EXPECT_EQ(response.headers.find("Allow"), methods);
    }
  }
}

TEST(Routes, AnswerHeadAsGet) {
  TestGateway gateway;
  for (const char* const path : {"/api/user/info", "/api/platform"}) {
    const http::Request get = gateway.as("alice", request(Method::Get, path));
    const http::Request head = gateway.as("alice", request(Method::Head, path));
    EXPECT_EQ(gateway.answer(head).status, 200);
    EXPECT_EQ(gateway.answer(head).body, gateway.answer(get).body);
  }
}

class CountedClock final : public Clock {
 public:
  explicit CountedClock(Instant now) : now_{now} {}
  [[nodiscard]] Instant now() const override {
    ++reads;
    return now_;
  }
  mutable int reads = 0;

 private:
  Instant now_;
};

TEST(Routes, SeeOneInstantARequest) {
  TestGateway gateway;
  const CountedClock clock{gateway.clock.now()};
  const Services own = gateway.services();
  const Services services{own.ledger, own.tokens,   own.keys,      own.agents,
                          clock,      own.offer,    own.mappings,  own.admission,
                          own.tally,  own.holdings, own.operators, own.sealer};
  for (const AnyRoute& route : all_routes()) {
    clock.reads = 0;
    const http::Request bare = request(route.method, route.path(), R"({"duration_hours":4})");
    (void)answer(services, route.pattern.starts_with("/service/")    ? as_agent(bare)
                           : route.pattern.starts_with("/operator/") ? as_operator(bare)
                                                                     : gateway.as("alice", bare));
    EXPECT_EQ(clock.reads, 1) << route.pattern;
  }
}

TEST(Routes, AreReachedThroughTheExistingFrontDoorToo) {
  TestGateway gateway;
  const http::Response response =
      gateway.answer(gateway.as("alice", request(Method::Get, "/api/peerlab/user/info")));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body,
            gateway.answer(gateway.as("alice", request(Method::Get, "/api/user/info"))).body);
  EXPECT_EQ(gateway.answer(request(Method::Get, "/api/peerlab/platform")).status, 200);
}

}  // namespace
}  // namespace peerlab::gateway

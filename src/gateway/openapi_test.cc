// The contract and the route table name the same endpoints.
#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <set>

#include "base/json.h"
#include "base/text.h"
#include "gateway/routes.h"
#include "tests/support/gateway/test_gateway.h"

namespace peerlab::gateway {
namespace {

namespace json = boost::json;
using testing_support::members_of;
using testing_support::request;
using testing_support::TestGateway;

// "get /path security scheme" of each endpoint.
using Endpoints = std::set<std::string>;

template <class Routes>
void add(Endpoints& endpoints, const Routes& routes, const std::string& scheme) {
  for (const auto& route : routes) {
    endpoints.insert(lowercase(http::name_of(route.method)) + " " + std::string{route.pattern} +
                     " " + scheme);
  }
}

std::string scheme_of(const json::object& operation) {
  const json::value* const security = operation.if_contains("security");
  if (security == nullptr) return "";
  return std::string{security->at(0).as_object().begin()->key()};
}

TEST(OpenApi, NamesEveryRouteWithItsAudienceAndNoOther) {
  TestGateway gateway;
  const json::object document =
      members_of(gateway.answer(request(http::Method::Get, "/openapi.json")));
  Endpoints documented, served;
  for (const auto& path : document.at("paths").as_object()) {
    for (const auto& operation : path.value().as_object()) {
      if (operation.key() == "parameters") continue;
      documented.insert(std::string{operation.key()} + " " + std::string{path.key()} + " " +
                        scheme_of(operation.value().as_object()));
    }
  }
  add(served, member_routes(), "memberToken");
  add(served, operator_routes(), "operatorKey");
  add(served, agent_routes(), "agentKey");
  add(served, public_routes(), "");
  EXPECT_EQ(documented, served);
}

TEST(OpenApi, CarriesTheProgramsVersion) {
  TestGateway gateway;
  const json::object document =
      members_of(gateway.answer(request(http::Method::Get, "/openapi.json")));
  const json::object version = members_of(gateway.answer(request(http::Method::Get, "/version")));
  EXPECT_EQ(document.at("info").at("version"), version.at("version"));
}

}  // namespace
}  // namespace peerlab::gateway

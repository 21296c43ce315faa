#include "tests/gateway/gateway_test.h"

#include <algorithm>

#include "base/file.h"
#include "base/json.h"
#include "tests/support/contract/contract.h"

namespace peerlab::testing_support {

GatewayTest::GatewayTest() : issuer_{key_set({key_.jwk()})} {
  (void)write_file(folder_ / "agent-keys", std::string{kAgentKey} + "\n", 0600);
}

void GatewayTest::start(std::vector<std::string> flags) {
  gateway_.reset();
  std::vector<std::string> all{"--issuer",          issuer_.url(),
                               "--audience",        std::string{kAudience},
                               "--agent-keys-file", (folder_ / "agent-keys").string()};
  const bool pool_named = std::ranges::any_of(flags, [](const std::string& flag) {
    return flag == "--pool" || flag == "--prefix-pool-file";
  });
  if (!pool_named) all.insert(all.end(), {"--pool", "3fff:100::/40"});
  all.insert(all.end(), flags.begin(), flags.end());
  gateway_ = std::make_unique<RunningGateway>(folder_.path(), all);
}

boost::json::object GatewayTest::claims(std::string_view name) const {
  return claims_of({issuer_.url(), std::string{kAudience}, "test|" + std::string{name}},
                   SystemClock{}.now());
}

std::string GatewayTest::token(std::string_view name) const {
  return mint(key_, "ES256", claims(name));
}

http::ClientResponse GatewayTest::send(http::Method method, std::string_view path,
                                       const std::string& bearer, std::string body) const {
  http::ClientRequest request;
  request.method = method;
  request.url = gateway_->url(path);
  if (!bearer.empty()) request.headers.add("Authorization", "Bearer " + bearer);
  if (!body.empty()) request.headers.add("Content-Type", "application/json");
  request.body = std::move(body);
  const Result<http::ClientResponse> response = client_.send(request);
  if (!response) return {0, {}, response.error().detail};
  expect_as_documented(method, path, *response);
  return *response;
}

http::ClientResponse GatewayTest::info(std::string_view name) const {
  return send(http::Method::Get, "/api/user/info", token(name));
}

http::ClientResponse GatewayTest::lease(std::string_view name) const {
  return send(http::Method::Post, "/api/user/prefix", token(name), R"({"duration_hours":1})");
}

http::ClientResponse GatewayTest::mappings() const {
  return send(http::Method::Get, "/service/mappings", std::string{kAgentKey});
}

boost::json::array GatewayTest::mapping_rows() const {
  return object_in(mappings()).at("mappings").as_array();
}

http::ClientResponse GatewayTest::scrape() const {
  constexpr std::string_view kName = R"("metrics_port":")";
  const std::string log = gateway_->log();
  const auto begin = log.find(kName) + kName.size();
  http::ClientRequest request;
  request.url = "http://127.0.0.1:" + log.substr(begin, log.find('"', begin) - begin) + "/metrics";
  return client_.send(request).value();
}

boost::json::object object_in(const http::ClientResponse& response) {
  const auto value = parse_json(response.body);
  return value && value->is_object() ? value->get_object() : boost::json::object{};
}

std::string text_in(const http::ClientResponse& response, std::string_view member) {
  return text_member(object_in(response), member).value_or("");
}

}  // namespace peerlab::testing_support

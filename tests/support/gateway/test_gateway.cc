#include "tests/support/gateway/test_gateway.h"

#include <boost/json.hpp>
#include <future>

#include "base/json.h"
#include "tests/support/contract/contract.h"
#include "tests/support/test_issuer.h"
#include "tests/support/token_mint.h"

namespace peerlab::testing_support {
namespace {

constexpr const char* kAudience = "https://peerlab.test/api";
constexpr const char* kRolesClaim = "https://peerlab.test/roles";

const MintKey& mint_key() {
  static const MintKey key = MintKey::elliptic("test-key");
  return key;
}

gateway::Offer standard_offer(std::string issuer) {
  const PrefixPool pool = *PrefixPool::make({*Ipv6Prefix::parse("3fff:100::/40")});
  wire::Platform platform{"test",
                          *Asn::make(64500),
                          pool.blocks(),
                          std::move(issuer),
                          kAudience,
                          "cli",
                          "portal",
                          "http://headscale.test",
                          {}};
  platform.sites.push_back(
      {"ixpfra01", 1, *Ipv4::parse("100.64.0.1"), *Ipv6::parse("fd7a:115c:a1e0::1")});
  return {std::move(platform), AllocationRules{AsnRange::standard(), pool}};
}

}  // namespace

http::Request request(http::Method method, std::string_view target, std::string body) {
  http::Target parsed = http::parse_target(target).value();
  http::Request request;
  request.method = method;
  request.method_name = http::name_of(method);
  request.raw_target = target;
  request.path = std::move(parsed.path);
  request.segments = std::move(parsed.segments);
  request.query = std::move(parsed.query);
  if (!body.empty()) request.headers.add("Content-Type", "application/json");
  request.body = std::move(body);
  request.request_id = "r1";
  return request;
}

http::Request with(http::Request request, std::string_view header, std::string value) {
  request.headers.set(header, std::move(value));
  return request;
}

http::Request as_agent(http::Request request) {
  return with(std::move(request), "Authorization", "Bearer " + std::string{kAgentKey});
}

http::Request as_operator(http::Request request) {
  return with(std::move(request), "Authorization", "Bearer " + std::string{kOperatorKey});
}

boost::json::object members_of(const http::Response& response) {
  return parse_json(response.body).value().as_object();
}

std::string text_in(const http::Response& response, std::string_view member) {
  return text_member(members_of(response), member).value_or("");
}

struct TestGateway::Identity {
  TestIssuer issuer{key_set({mint_key().jwk()})};
  http::Client client;
  identity::SigningKeys keys{client, {issuer.url()}};
  identity::TokenVerifier tokens{
      {.issuer = issuer.url(), .audiences = {kAudience}, .roles_claim = kRolesClaim}, keys};
  identity::AgentKeys agents = identity::AgentKeys::single(Secret{std::string{kAgentKey}}).value();
};

TestGateway::TestGateway(Issuer issuer)
    : identity_{std::make_unique<Identity>()},
      clock{parse_rfc3339("2026-11-23T14:06:44Z").value()},
      offer{standard_offer(identity_->issuer.url())} {
  operators.keys = identity::OperatorKeys::parse("olga " + std::string{kOperatorKey}).value();
  identity_->issuer.down(issuer == Issuer::IsDown);
}

TestGateway::~TestGateway() = default;

void TestGateway::admit(gateway::AdmissionRules rules) {
  admission_ = std::make_unique<gateway::Admission>(std::move(rules));
}

gateway::Services TestGateway::services() {
  return {ledger,   identity_->tokens, identity_->keys, identity_->agents, clock,     offer,
          mappings, *admission_,       tally,           holdings,          operators, sealer};
}

http::Response TestGateway::answer(const http::Request& request) {
  http::Answer answer = gateway::answer(services(), request);
  if (const auto* const later = std::get_if<std::shared_ptr<http::Later>>(&answer)) {
    std::promise<void> there;
    (*later)->attach([&] { there.set_value(); });
    there.get_future().wait();
    http::Made made = (*later)->take().value()();
    std::visit([&](auto& one) { answer = std::move(one); }, made);
  }
  if (const auto* const patient = std::get_if<http::Patient>(&answer)) answer = patient->make();
  if (const auto* const stream = std::get_if<std::shared_ptr<http::EventStream>>(&answer)) {
    http::Response begun = (*stream)->head();
    begun.body = (*stream)->take().text;
    (*stream)->close();
    answer = std::move(begun);
  }
  http::Response response = std::get<http::Response>(std::move(answer));
  expect_as_documented(request.method, request.raw_target, response);
  return response;
}

std::shared_ptr<http::EventStream> TestGateway::stream(const http::Request& request) {
  const auto stream =
      std::get<std::shared_ptr<http::EventStream>>(gateway::answer(services(), request));
  expect_as_documented(request.method, request.raw_target, stream->head());
  return stream;
}

std::string TestGateway::token(std::string_view subject) const {
  const Bearer bearer{identity_->issuer.url(), kAudience, std::string{subject}};
  boost::json::object claims = claims_of(bearer, clock.now());
  const auto said = roles.find(bearer.subject);
  if (said != roles.end()) {
    claims[kRolesClaim] = boost::json::array(said->second.begin(), said->second.end());
  }
  return mint(mint_key(), "ES256", claims);
}

http::Request TestGateway::as(std::string_view subject, http::Request request) const {
  return with(std::move(request), "Authorization", "Bearer " + token(subject));
}

UserHash TestGateway::user(std::string_view subject) {
  return UserHash::of(Subject::parse(std::string{subject}).value());
}

}  // namespace peerlab::testing_support

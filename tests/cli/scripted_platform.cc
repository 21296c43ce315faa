#include "tests/cli/scripted_platform.h"

#include <fmt/format.h>

#include "wire/platform_document.h"

namespace peerlab::testing_support {

http::Response json_answer(std::string body, int status) {
  return {status, {{"Content-Type", "application/json"}}, std::move(body)};
}

http::Response problem_answer(wire::ProblemType type, std::string_view message) {
  const wire::Problem problem = wire::make_problem(type, message, "");
  return {problem.status,
          {{"Content-Type", "application/problem+json"}},
          wire::encode(problem, "/", "request-1")};
}

ScriptedPlatform::ScriptedPlatform(const std::string& issuer) {
  server_ = std::make_unique<RunningServer>(
      http::ServerOptions{}, [this](const http::Request& request) { return respond(request); });
  const std::string own = url() + "/idp/";
  wire::Platform platform{"lab",
                          *Asn::make(64500),
                          {},
                          issuer.empty() ? own : issuer,
                          "https://gateway.lab/",
                          "peerlab-cli",
                          "peerlab-portal",
                          "",
                          {}};
  answer("GET /api/platform", {json_answer(wire::encode(platform))});
  answer("GET /idp/.well-known/openid-configuration",
         {json_answer(fmt::format(
             R"({{"issuer":"{0}","token_endpoint":"{0}token","revocation_endpoint":"{0}revoke",)"
             R"("device_authorization_endpoint":"{0}device"}})",
             own))});
}

std::string ScriptedPlatform::url() const {
  return fmt::format("http://127.0.0.1:{}", server_->port());
}

void ScriptedPlatform::answer(const std::string& question, std::vector<http::Response> in_turn) {
  const std::lock_guard lock{mutex_};
  answers_[question] = std::move(in_turn);
}

std::vector<http::Request> ScriptedPlatform::heard(const std::string& question) const {
  const std::lock_guard lock{mutex_};
  const auto found = heard_.find(question);
  return found == heard_.end() ? std::vector<http::Request>{} : found->second;
}

http::Response ScriptedPlatform::respond(const http::Request& request) {
  const std::string question = request.method_name + " " + request.raw_target;
  const std::lock_guard lock{mutex_};
  heard_[question].push_back(request);
  const auto found = answers_.find(question);
  if (found == answers_.end()) return problem_answer(wire::ProblemType::NotFound, "");
  std::vector<http::Response>& in_turn = found->second;
  http::Response response = in_turn.front();
  if (in_turn.size() > 1) in_turn.erase(in_turn.begin());
  return response;
}

}  // namespace peerlab::testing_support

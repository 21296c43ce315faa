// A gateway and an identity provider that say what the test wrote down, in the documents of
// src/wire.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/running_server.h"
#include "wire/problem_type.h"

namespace peerlab::testing_support {

[[nodiscard]] http::Response json_answer(std::string body, int status = 200);
[[nodiscard]] http::Response problem_answer(wire::ProblemType type, std::string_view message);

class ScriptedPlatform {
 public:
  // GET /api/platform and the provider's discovery are answered; all else is 404 until written.
  // `issuer`: another identity provider than its own.
  explicit ScriptedPlatform(const std::string& issuer = {});

  [[nodiscard]] std::string url() const;

  // To "POST /api/user/asn": these in turn, the last one for ever.
  void answer(const std::string& question, std::vector<http::Response> in_turn);
  // The requests of this question, as they came.
  [[nodiscard]] std::vector<http::Request> heard(const std::string& question) const;

 private:
  http::Response respond(const http::Request& request);

  mutable std::mutex mutex_;
  std::map<std::string, std::vector<http::Response>> answers_;
  std::map<std::string, std::vector<http::Request>> heard_;
  std::unique_ptr<RunningServer> server_;
};

}  // namespace peerlab::testing_support

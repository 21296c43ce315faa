// What most tests of the program need: an issuer, its members, and a gateway that believes it.
#pragma once

#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <memory>

#include "http/client.h"
#include "tests/gateway/running_gateway.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_issuer.h"
#include "tests/support/token_mint.h"

namespace peerlab::testing_support {

inline constexpr std::string_view kAudience = "https://peerlab.test/api";
inline constexpr std::string_view kAgentKey = "agent-key-of-ixpfra01-0123456789";

class GatewayTest : public testing::Test {
 protected:
  GatewayTest();

  // --issuer, --audience and an agent key, and these; the pool is 3fff:100::/40 unless they name
  // one.
  void start(std::vector<std::string> flags = {});

  // Subject test|NAME, valid for an hour.
  [[nodiscard]] std::string token(std::string_view name) const;
  [[nodiscard]] boost::json::object claims(std::string_view name) const;

  // An empty bearer sends no Authorization; a body goes as application/json.
  [[nodiscard]] http::ClientResponse send(http::Method method, std::string_view path,
                                          const std::string& bearer, std::string body = {}) const;
  [[nodiscard]] http::ClientResponse info(std::string_view name) const;
  [[nodiscard]] http::ClientResponse lease(std::string_view name) const;  // for one hour
  [[nodiscard]] http::ClientResponse mappings() const;
  [[nodiscard]] boost::json::array mapping_rows() const;
  // Of a gateway that was started with --metrics-address 127.0.0.1:0.
  [[nodiscard]] http::ClientResponse scrape() const;

  TemporaryFolder folder_;
  MintKey key_ = MintKey::elliptic("key-1");
  TestIssuer issuer_;
  http::Client client_;
  std::unique_ptr<RunningGateway> gateway_;
};

// The members of an answer's JSON object; empty where it is none.
[[nodiscard]] boost::json::object object_in(const http::ClientResponse& response);
[[nodiscard]] std::string text_in(const http::ClientResponse& response, std::string_view member);

// Status and the text that the existing clients print.
MATCHER_P2(Says, status, message, "") {
  *result_listener << arg.status << " " << arg.body;
  return arg.status == status && text_in(arg, "message") == message;
}

MATCHER_P(Answers, status, "") {
  *result_listener << arg.status << " " << arg.body;
  return arg.status == status;
}

}  // namespace peerlab::testing_support

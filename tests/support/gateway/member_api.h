// The member API of a test gateway, as its members ask it.
#pragma once

#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "tests/support/gateway/test_gateway.h"

namespace peerlab::testing_support {

class MemberApiTest : public testing::Test {
 protected:
  http::Response ask(std::string_view name, http::Method method, std::string_view target,
                     std::string body = {}) {
    return gateway_.answer(gateway_.as(name, request(method, target, std::move(body))));
  }
  http::Response lease(std::string_view name, std::string body = R"({"duration_hours":4})") {
    return ask(name, http::Method::Post, "/api/user/prefix", std::move(body));
  }
  std::uint64_t version() { return *gateway_.ledger.version(); }
  boost::json::object info(std::string_view name) {
    return members_of(ask(name, http::Method::Get, "/api/user/info"));
  }

  TestGateway gateway_;
};

// A problem whose status and text the existing clients know.
MATCHER_P2(Refuses, status, message, "") {
  const boost::json::object body = members_of(arg);
  *result_listener << arg.status << " " << arg.body;
  return arg.status == status && body.at("error").as_int64() == status &&
         body.at("status").as_int64() == status && body.at("message").as_string() == message &&
         arg.headers.find("Content-Type") == "application/problem+json";
}

}  // namespace peerlab::testing_support

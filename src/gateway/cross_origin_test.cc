#include "gateway/cross_origin.h"

#include <gmock/gmock.h>

#include "tests/support/gateway/test_gateway.h"

namespace peerlab::gateway {
namespace {

using http::Method;
using testing::HasSubstr;
using testing::Optional;
using testing_support::request;
using testing_support::TestGateway;
using testing_support::with;

constexpr const char* kPortal = "https://portal.example.org";

class CrossOrigin : public testing::Test {
 protected:
  CrossOrigin() {
    AdmissionRules rules;
    EXPECT_TRUE(rules.origins.add(kPortal));
    gateway_.admit(std::move(rules));
  }
  http::Response asked_from(const char* origin, http::Request asked) {
    return gateway_.answer(with(std::move(asked), "Origin", origin));
  }
  static http::Request preflight(std::string_view path) {
    return with(request(Method::Options, path), "Access-Control-Request-Method", "POST");
  }
  TestGateway gateway_;
};

TEST_F(CrossOrigin, LetsThePortalsPagesReadEveryAnswerAndNoOthers) {
  for (const char* const path : {"/api/platform", "/api/user/info", "/nowhere"}) {
    const http::Response portal = asked_from(kPortal, request(Method::Get, path));
    EXPECT_EQ(portal.headers.find("Access-Control-Allow-Origin"), kPortal) << path;
    EXPECT_THAT(portal.headers.find("Access-Control-Expose-Headers"),
                Optional(HasSubstr("Retry-After")));
    EXPECT_EQ(portal.headers.find("Vary"), "Origin");
    for (const char* const other :
         {"https://evil.example", "null", "https://portal.example.org.evil.example",
          "http://portal.example.org", "https://portal.example.org:8443", "*", ""}) {
      const http::Response response = asked_from(other, request(Method::Get, path));
      EXPECT_EQ(response.headers.find("Access-Control-Allow-Origin"), std::nullopt) << other;
      EXPECT_EQ(response.headers.find("Vary"), "Origin") << "no cache hands one to the other";
    }
    EXPECT_EQ(portal.headers.find("Access-Control-Allow-Credentials"), std::nullopt);
  }
}

TEST_F(CrossOrigin, TellsThePortalBeforehandWhatARouteTakes) {
  const http::Response response = asked_from(kPortal, preflight("/api/user/prefix"));
  EXPECT_EQ(response.status, 204);
  EXPECT_EQ(response.headers.find("Access-Control-Allow-Methods"), "POST");
  EXPECT_THAT(response.headers.find("Access-Control-Allow-Headers"),
              Optional(HasSubstr("Authorization")));
  EXPECT_EQ(response.headers.find("Access-Control-Allow-Origin"), kPortal);
  EXPECT_EQ(
      asked_from(kPortal, preflight("/api/platform")).headers.find("Access-Control-Allow-Methods"),
      "GET, HEAD");
  EXPECT_EQ(asked_from("https://evil.example", preflight("/api/user/prefix")).status, 401);
  EXPECT_EQ(asked_from(kPortal, request(Method::Options, "/api/platform")).status, 405);
  EXPECT_EQ(asked_from(kPortal, preflight("/service/mappings")).status, 401)
      << "no page's business";
}

TEST(AllowedOrigins, AreSpelledAsBrowsersDo) {
  AllowedOrigins origins;
  for (const char* const sound :
       {"https://a.example", "http://localhost:5173", "https://[2001:db8::1]:8443"}) {
    EXPECT_TRUE(origins.add(sound)) << sound;
  }
  for (const char* const wrong : {"*", "null", "", "a.example", "https://", "https://a.example/",
                                  "https://A.example", "ftp://a.example", "https://a b"}) {
    EXPECT_FALSE(origins.add(wrong)) << wrong;
  }
}

TEST(SecurityHeaders, StandOnEveryAnswer) {
  TestGateway gateway;
  for (const char* const path : {"/api/platform", "/api/user/info", "/nowhere"}) {
    const http::Response response = gateway.answer(request(Method::Get, path));
    EXPECT_EQ(response.headers.find("X-Content-Type-Options"), "nosniff") << path;
    EXPECT_EQ(response.headers.find("Referrer-Policy"), "no-referrer") << path;
    EXPECT_THAT(response.headers.find("Content-Security-Policy"),
                Optional(HasSubstr("frame-ancestors 'none'")));
    EXPECT_EQ(response.headers.find("Vary"), std::nullopt) << "no origin is configured";
  }
  const http::Response refused = answer(gateway.tally, http::Refusal{431, "too long", "r1"});
  EXPECT_EQ(refused.headers.find("X-Content-Type-Options"), "nosniff");
}

}  // namespace
}  // namespace peerlab::gateway

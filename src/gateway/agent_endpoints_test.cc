// COMPAT.md 2: each status and body of the service API.
#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "overlay/headscale.h"
#include "tests/support/gateway/test_gateway.h"
#include "wire/mapping_document.h"

namespace peerlab::gateway {
namespace {

using http::Method;
using testing::ElementsAre;
using testing_support::as_agent;
using testing_support::members_of;
using testing_support::request;
using testing_support::TestGateway;
using testing_support::text_in;

namespace json = boost::json;

class ServiceApi : public testing::Test {
 protected:
  http::Response ask(const std::string& target) {
    return gateway_.answer(as_agent(request(Method::Get, target)));
  }
  void lease(std::string_view name) {
    const auto asked = request(Method::Post, "/api/user/prefix", R"({"duration_hours":4})");
    ASSERT_EQ(gateway_.answer(gateway_.as(name, asked)).status, 200);
  }
  static std::string path_of(std::string_view name) {
    return "/service/mappings/" + TestGateway::user(name).text();
  }

  TestGateway gateway_;
};

TEST_F(ServiceApi, IsAnEmptyListOnAnEmptyPlatform) {
  const http::Response response = ask("/service/mappings");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(members_of(response), (json::object{{"mappings", json::array{}}}));
  EXPECT_EQ(response.headers.find("Cache-Control"), "no-store");
}

TEST_F(ServiceApi, SaysWhatAnIxpServerNeedsOfAMember) {
  lease("test|alice");
  const http::Response response = ask(path_of("test|alice"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(members_of(response),
            (json::object{
                {"user_hash", TestGateway::user("test|alice").text()},
                {"user_id", "test|alice"},
                {"email", nullptr},
                {"asn", 65000},
                {"prefixes", json::array{"3fff:100::/48"}},
                {"leases", json::array{json::object{{"prefix", "3fff:100::/48"},
                                                    {"start_time", "2026-11-23T14:06:44+00:00"},
                                                    {"end_time", "2026-11-23T18:06:44+00:00"}}}},
                {"provider_id", overlay::provider_id(gateway_.offer.platform.issuer, "test|alice")},
                {"overlay_user_ids", json::array{}}}));
}

TEST_F(ServiceApi, ListsEveryMemberWithAnAsnByItsHashAsTheGeneratorReadsThem) {
  for (const char* const name : {"carol", "alice", "bob"}) lease(name);
  const http::Request asn = request(Method::Post, "/api/user/asn");
  ASSERT_EQ(gateway_.answer(gateway_.as("dave", asn)).status, 200);
  ASSERT_EQ(gateway_.answer(gateway_.as("erin", request(Method::Get, "/api/user/info"))).status,
            200);
  const auto read = wire::parse_mappings(ask("/service/mappings?wait=0").body);
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->skipped.empty());
  ASSERT_EQ(read->records.size(), 4U);
  for (std::size_t i = 1; i < 4; ++i) EXPECT_LT(read->records[i - 1].user, read->records[i].user);
  for (const Mapping& mapping : read->records) {
    EXPECT_EQ(mapping.leases.size(), mapping.user == TestGateway::user("dave") ? 0U : 1U);
    const http::Response one = ask("/service/mappings/" + mapping.user.text());
    EXPECT_EQ(one.body, wire::encode(mapping));
  }
}

TEST_F(ServiceApi, SaysNothingOfAnEndedLease) {
  lease("alice");
  const auto leases = [&] { return members_of(ask(path_of("alice"))).at("prefixes").as_array(); };
  gateway_.clock.advance(std::chrono::hours{4} - std::chrono::seconds{1});
  EXPECT_EQ(leases().size(), 1U);
  gateway_.clock.advance(std::chrono::seconds{1});
  EXPECT_EQ(leases().size(), 0U);
}

TEST_F(ServiceApi, KnowsNobodyWithoutAnAsn) {
  const std::string unknown = TestGateway::user("nobody").text();
  for (const std::string& hash : {unknown, std::string{"x"}, unknown + "0", unknown.substr(1)}) {
    const http::Response response = ask("/service/mappings/" + hash);
    EXPECT_EQ(response.status, 404) << hash;
    EXPECT_EQ(text_in(response, "message"), "User has no ASN assigned") << hash;
  }
}

}  // namespace
}  // namespace peerlab::gateway

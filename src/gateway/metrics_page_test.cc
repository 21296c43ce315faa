#include "gateway/metrics_page.h"

#include <gmock/gmock.h>

#include "gateway/metrics_server.h"
#include "http/client.h"
#include "tests/support/gateway/test_gateway.h"

namespace peerlab::gateway {
namespace {

using http::Method;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing_support::request;
using testing_support::TestGateway;

std::string page_of(TestGateway& gateway) {
  return metrics_page(gateway.services(), {3, 16, gateway.clock.now()});
}

http::Response send(TestGateway& gateway, Method method, const char* path, const char* body = "") {
  return gateway.answer(gateway.as("alice", request(method, path, body)));
}

TEST(MetricsPage, CountsRequestsByRouteAndWhatCameOfThem) {
  TestGateway gateway;
  EXPECT_EQ(send(gateway, Method::Post, "/api/user/prefix", R"({"duration_hours":4})").status, 200);
  EXPECT_EQ(send(gateway, Method::Post, "/api/user/asn").status, 200);
  EXPECT_EQ(send(gateway, Method::Get, "/api/user/info").status, 200);
  EXPECT_EQ(send(gateway, Method::Get, "/api/peerlab/user/info").status, 200);
  EXPECT_EQ(send(gateway, Method::Get, "/nowhere/alice").status, 404);
  (void)answer(gateway.tally, http::Refusal{431, "too long", "r1"});
  const std::string page = page_of(gateway);
  for (const char* const line :
       {R"(requests_total{route="/api/user/info",method="GET",status="200"} 2)",
        R"(requests_total{route="none",method="GET",status="404"} 1)",
        R"(requests_total{route="none",method="none",status="431"} 1)",
        R"(request_duration_seconds_count{route="/api/user/info"} 2)",
        "peerlab_gateway_asn_assignments_total 1\n", "peerlab_gateway_asn_pool_assigned 1\n",
        "peerlab_gateway_prefix_leases_created_total 1\n",
        "peerlab_gateway_prefix_leases_active 1\n", "peerlab_gateway_asn_pool_size 999\n",
        "peerlab_gateway_prefix_pool_size 256\n", "peerlab_gateway_connections 3\n",
        R"(part_up{part="ledger"} 1)", R"(part_up{part="issuer"} 1)",
        R"(part_up{part="directory"} 1)",
        R"(upstream_requests_total{service="directory",outcome="failure"} 0)",
        R"(upstream_requests_total{service="issuer",outcome="success"} 1)"}) {
    EXPECT_THAT(page, HasSubstr(line));
  }
  EXPECT_EQ(send(gateway, Method::Delete, "/api/user/prefix/3fff:100::%2F48").status, 204);
  EXPECT_THAT(page_of(gateway), AllOf(HasSubstr("peerlab_gateway_prefix_leases_revoked_total 1\n"),
                                      HasSubstr("peerlab_gateway_prefix_leases_active 0\n")));
}

TEST(MetricsPage, SaysHowRoasGoWhereTheyArePublished) {
  TestGateway gateway;
  EXPECT_THAT(page_of(gateway), Not(HasSubstr("_roa")));
  gateway.offer.publishes_roas = true;
  gateway.tally.roas = 3;
  gateway.tally.roas_told = 5;
  gateway.tally.roas_not_told = 2;
  EXPECT_THAT(page_of(gateway), AllOf(HasSubstr("peerlab_gateway_roas_published 3\n"),
                                      HasSubstr(R"(roa_publications_total{outcome="success"} 5)"),
                                      HasSubstr(R"(roa_publications_total{outcome="failure"} 2)")));
}

TEST(MetricsPage, CountsWhoWaitsForNews) {
  TestGateway gateway;
  EXPECT_THAT(page_of(gateway), AllOf(HasSubstr("peerlab_gateway_routers_waiting 0\n"),
                                      HasSubstr("peerlab_gateway_streams_open 0\n")));
  const auto picture = gateway.mappings.at(gateway.clock.now());
  ASSERT_TRUE(picture);
  const auto ticket = gateway.mappings.new_ticket();
  gateway.mappings.tell_other_than(
      {IfNoneMatch{(*picture)->etag}, gateway.clock.now(), std::chrono::seconds{60}}, ticket,
      [](const auto&) {});
  ASSERT_TRUE(gateway.holdings.reserve("alice"));
  EXPECT_THAT(page_of(gateway), AllOf(HasSubstr("peerlab_gateway_routers_waiting 1\n"),
                                      HasSubstr("peerlab_gateway_streams_open 1\n")));
  gateway.mappings.hasten(ticket);
  EXPECT_THAT(page_of(gateway), HasSubstr("peerlab_gateway_routers_waiting 0\n"));
}

TEST(MetricsPage, CountsThePrefixesOfAllPools) {
  TestGateway gateway;
  gateway.offer.named_pools = {
      {"staff", *PrefixPool::make({*Ipv6Prefix::parse("3fff:200::/47")}), {"teacher"}}};
  EXPECT_THAT(page_of(gateway), HasSubstr("peerlab_gateway_prefix_pool_size 258\n"));
}

TEST(MetricsPage, CountsThoseInLineByPool) {
  TestGateway gateway;
  gateway.offer.rules.pool = *PrefixPool::make({*Ipv6Prefix::parse("3fff:100::/48")});
  gateway.offer.named_pools = {
      {"staff", *PrefixPool::make({*Ipv6Prefix::parse("3fff:200::/47")}), {"teacher"}}};
  for (const char* const who : {"alice", "bob", "carol"}) {
    const auto asked =
        gateway.as(who, request(Method::Post, "/api/user/prefix", R"({"duration_hours":4})"));
    (void)gateway.answer(asked);
  }
  EXPECT_THAT(page_of(gateway),
              AllOf(HasSubstr(R"(peerlab_gateway_prefix_pool_waiting{pool="default"} 2)"),
                    HasSubstr(R"(peerlab_gateway_prefix_pool_waiting{pool="staff"} 0)")));
}

TEST(MetricsPage, NamesNoMemberNoPrefixAndNoPathThatAStrangerChose) {
  TestGateway gateway;
  (void)send(gateway, Method::Post, "/api/user/prefix", R"({"duration_hours":4})");
  const std::string before = page_of(gateway);
  for (int i = 0; i < 50; ++i) {
    (void)gateway.answer(request(Method::Get, "/stranger/" + std::to_string(i)));
    (void)send(gateway, Method::Delete, ("/api/user/prefix/" + std::to_string(i)).c_str());
  }
  const std::string page = page_of(gateway);
  EXPECT_THAT(page,
              AllOf(Not(HasSubstr("stranger")), Not(HasSubstr("3fff:")), Not(HasSubstr("alice")),
                    Not(HasSubstr(TestGateway::user("alice").text()))));
  EXPECT_LT(std::ranges::count(page, '\n'), std::ranges::count(before, '\n') + 60);
}

TEST(MetricsPage, SaysOfALedgerThatIsGoneThatItIsGone) {
  TestGateway gateway;
  gateway.ledger.break_after(0);
  EXPECT_THAT(page_of(gateway), AllOf(HasSubstr(R"(part_up{part="ledger"} 0)"),
                                      HasSubstr(R"(part_up{part="issuer"} 0)"),
                                      Not(HasSubstr("peerlab_gateway_prefix_leases_active"))));
}

TEST(MetricsServer, ShowsThePageAtOnePathOnly) {
  const auto server = MetricsServer::start("127.0.0.1:0", [] { return "a 1\n"; });
  ASSERT_TRUE(server) << server.error().detail;
  const http::Client client;
  const auto get = [&](const char* path, Method method = Method::Get) {
    http::ClientRequest asked;
    asked.method = method;
    asked.url = "http://127.0.0.1:" + std::to_string((*server)->port()) + path;
    return client.send(asked).value();
  };
  EXPECT_EQ(get("/metrics").status, 200);
  EXPECT_EQ(get("/metrics").body, "a 1\n");
  EXPECT_EQ(get("/metrics").headers.find("Content-Type"), metrics::kContentType);
  EXPECT_EQ(get("/").status, 404);
  EXPECT_EQ(get("/api/user/info").status, 404);
  EXPECT_EQ(get("/metrics", Method::Post).status, 405);
}

}  // namespace
}  // namespace peerlab::gateway

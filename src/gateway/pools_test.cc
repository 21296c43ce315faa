#include "gateway/pools.h"

#include <boost/json.hpp>

#include "tests/support/gateway/member_api.h"

namespace peerlab::gateway {
namespace {

using http::Method;
using testing::HasSubstr;
using testing_support::Refuses;
using testing_support::text_in;

PrefixPool pool(const char* block) { return *PrefixPool::make({*Ipv6Prefix::parse(block)}); }

// default has one /48, staff two for teachers, spare one for whoever finds default empty.
class NamedPools : public testing_support::MemberApiTest {
 protected:
  NamedPools() {
    gateway_.offer.rules.pool = pool("3fff:100::/48");
    gateway_.offer.rules.leases_per_member_max = 8;
    gateway_.offer.named_pools = {{"spare", pool("3fff:300::/48")},
                                  {"staff", pool("3fff:200::/47"), {"teacher", "head"}}};
    gateway_.roles["tom"] = {"teacher"};
  }
  std::string leased(std::string_view name, const std::string& wish = "") {
    return text_in(lease(name, R"({"duration_hours":1)" + wish + "}"), "prefix");
  }
};

TEST_F(NamedPools, AreUsedInTheirOrderThoseKeptForTheMemberFirst) {
  EXPECT_EQ(leased("tom"), "3fff:200::/48");
  EXPECT_EQ(leased("tom"), "3fff:200:1::/48");
  EXPECT_EQ(leased("alice"), "3fff:100::/48");
  EXPECT_EQ(leased("alice"), "3fff:300::/48");
  EXPECT_THAT(lease("alice"), Refuses(503, "No available prefixes at this time"));
}

TEST_F(NamedPools, AreAskedForByNameAndThenNoOtherIsUsed) {
  EXPECT_EQ(leased("tom", R"(,"pool":"default")"), "3fff:100::/48");
  EXPECT_EQ(leased("alice", R"(,"pool":"spare")"), "3fff:300::/48");
  EXPECT_EQ(lease("alice", R"({"duration_hours":1,"pool":"default"})").status, 503);
  EXPECT_EQ(leased("tom", R"(,"pool":"staff")"), "3fff:200::/48");
}

TEST_F(NamedPools, KeptForOthersAndUnknownOnesAreRefusedInWords) {
  gateway_.roles["eve"] = {"Teacher", "student"};
  for (const char* const name : {"alice", "eve"}) {
    const http::Response kept = lease(name, R"({"duration_hours":1,"pool":"staff"})");
    EXPECT_EQ(kept.status, 403);
    EXPECT_EQ(text_in(kept, "type"), "/problems/pool-reserved");
    EXPECT_THAT(text_in(kept, "detail"), HasSubstr("you may have a /48 of default, spare"));
  }
  const http::Response unknown = lease("tom", R"({"duration_hours":1,"pool":"stuff"})");
  EXPECT_EQ(unknown.status, 422);
  EXPECT_EQ(text_in(unknown, "type"), "/problems/unknown-pool");
  EXPECT_THAT(text_in(unknown, "detail"), HasSubstr("of default, spare, staff"));
  EXPECT_EQ(version(), 0U);
}

TEST_F(NamedPools, SayWhenTheFirstOfAllOfThemFrees) {
  ASSERT_EQ(text_in(lease("bob", R"({"duration_hours":5})"), "prefix"), "3fff:100::/48");
  ASSERT_EQ(text_in(lease("bob", R"({"duration_hours":2})"), "prefix"), "3fff:300::/48");
  const http::Response response = lease("alice");
  EXPECT_EQ(text_in(response, "frees_at"), "2026-11-23T16:11:44+00:00");
  EXPECT_THAT(text_in(response, "detail"), HasSubstr("2026-11-23T16:11:44+00:00"));
  EXPECT_EQ(response.headers.find("Retry-After"), "7500");
}

TEST_F(NamedPools, OfSeveralLinesTheOneWhoseTurnComesFirstSpeaks) {
  ASSERT_EQ(text_in(lease("bob", R"({"duration_hours":3})"), "prefix"), "3fff:100::/48");
  ASSERT_EQ(text_in(lease("bob", R"({"duration_hours":2})"), "prefix"), "3fff:300::/48");
  ASSERT_EQ(lease("carol", R"({"duration_hours":1,"pool":"spare"})").status, 503);
  ASSERT_EQ(lease("dave", R"({"duration_hours":1,"pool":"spare"})").status, 503);
  gateway_.clock.advance(std::chrono::hours{2} + std::chrono::minutes{6});
  const http::Response response = lease("alice");
  // spare's is free and kept for carol; default's frees in an hour.
  EXPECT_EQ(text_in(response, "frees_at"), "2026-11-23T16:21:44+00:00");
  EXPECT_EQ(text_in(response, "turn_at"), "2026-11-23T16:21:44+00:00");
  EXPECT_EQ(testing_support::members_of(response).at("place"), 3);
  const auto waiting = testing_support::members_of(ask("alice", Method::Get, "/api/user/info"));
  EXPECT_EQ(waiting.at("waiting").as_array().size(), 2U);
  EXPECT_EQ(waiting.at("waiting").at(1).at("pool"), "spare");
}

TEST_F(NamedPools, AMissingAsnIsNoReasonToTryTheNextOne) {
  gateway_.offer.rules.asns = *AsnRange::make(65000, 65000);
  ASSERT_EQ(lease("bob").status, 200);
  EXPECT_THAT(lease("alice"), Refuses(503, "No available ASNs at this time"));
}

}  // namespace
}  // namespace peerlab::gateway

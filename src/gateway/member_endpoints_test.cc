// COMPAT.md 1: each status and body of the member API.
#include <boost/json.hpp>

#include "tests/support/gateway/member_api.h"

namespace peerlab::gateway {
namespace {

using http::Method;
using testing::HasSubstr;
using testing_support::members_of;
using testing_support::Refuses;
using testing_support::request;
using testing_support::TestGateway;
using testing_support::text_in;
using testing_support::with;

namespace json = boost::json;

using MemberApi = testing_support::MemberApiTest;

TEST_F(MemberApi, ShowsSomebodyNeverSeenBeforeAndCreatesNothing) {
  const http::Response response = ask("alice", Method::Get, "/api/user/info");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.find("Content-Type"), "application/json");
  EXPECT_EQ(members_of(response), (json::object{{"user_hash", TestGateway::user("alice").text()},
                                                {"asn", nullptr},
                                                {"max_leases", 1},
                                                {"active_leases", json::array{}},
                                                {"suspended", nullptr}}));
  EXPECT_EQ(version(), 0U);
}

TEST_F(MemberApi, ShowsWhatAMemberHoldsAndNothingOfOthers) {
  EXPECT_EQ(lease("bob").status, 200);
  EXPECT_EQ(lease("alice").status, 200);
  EXPECT_EQ(members_of(ask("alice", Method::Get, "/api/user/info")),
            (json::object{{"user_hash", TestGateway::user("alice").text()},
                          {"asn", 65001},
                          {"max_leases", 1},
                          {"active_leases",
                           json::array{json::object{{"prefix", "3fff:100:1::/48"},
                                                    {"start_time", "2026-11-23T14:06:44+00:00"},
                                                    {"end_time", "2026-11-23T18:06:44+00:00"},
                                                    {"rpki_enabled", false}}}},
                          {"suspended", nullptr}}));
}

TEST_F(MemberApi, ShowsALeaseUntilItsEndAndNotASecondLonger) {
  ASSERT_EQ(lease("alice", R"({"duration_hours":1})").status, 200);
  const auto leases = [&] {
    return members_of(ask("alice", Method::Get, "/api/user/info")).at("active_leases").as_array();
  };
  gateway_.clock.advance(std::chrono::seconds{3599});
  EXPECT_EQ(leases().size(), 1U);
  gateway_.clock.advance(std::chrono::seconds{1});
  EXPECT_EQ(leases().size(), 0U);
}

TEST_F(MemberApi, AssignsAnAsnOnceAndThenSaysItAgain) {
  const http::Response first = ask("alice", Method::Post, "/api/user/asn");
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(members_of(first),
            (json::object{{"asn", 65000}, {"message", "ASN assigned successfully"}}));
  const http::Response again = ask("alice", Method::Post, "/api/user/asn");
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(members_of(again), (json::object{{"asn", 65000}, {"message", "ASN already assigned"}}));
  EXPECT_EQ(version(), 1U);
}

TEST_F(MemberApi, AssignsAnAsnWhateverTheBodyAndItsType) {
  for (const char* const type : {"text/plain", "application/json", "x"}) {
    const http::Request asked =
        with(request(Method::Post, "/api/user/asn", "{not json"), "Content-Type", type);
    EXPECT_EQ(gateway_.answer(gateway_.as("alice", asked)).status, 200) << type;
  }
}

TEST_F(MemberApi, SaysWhenNoAsnIsLeftButKeepsThoseItGave) {
  gateway_.offer.rules.asns = *AsnRange::make(65000, 65000);
  EXPECT_EQ(ask("alice", Method::Post, "/api/user/asn").status, 200);
  EXPECT_THAT(ask("bob", Method::Post, "/api/user/asn"),
              Refuses(503, "No available ASNs at this time"));
  EXPECT_THAT(lease("bob"), Refuses(503, "No available ASNs at this time"));
  EXPECT_EQ(text_in(ask("alice", Method::Post, "/api/user/asn"), "message"),
            "ASN already assigned");
}

TEST_F(MemberApi, LeasesThePrefixFromNowForTheHoursAsked) {
  ASSERT_EQ(ask("alice", Method::Post, "/api/user/asn").status, 200);
  const http::Response response = lease("alice");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(members_of(response), (json::object{{"prefix", "3fff:100::/48"},
                                                {"start_time", "2026-11-23T14:06:44+00:00"},
                                                {"end_time", "2026-11-23T18:06:44+00:00"},
                                                {"message", "Prefix leased successfully"}}));
}

TEST_F(MemberApi, LeasesToAMemberWithoutAnAsnAndAssignsOne) {
  EXPECT_EQ(lease("alice").status, 200);
  EXPECT_EQ(text_in(ask("alice", Method::Post, "/api/user/asn"), "message"),
            "ASN already assigned");
}

TEST_F(MemberApi, CountsLeasedHoursAsLongAsThePlatformSays) {
  gateway_.offer.leased_hour = std::chrono::seconds{10};
  EXPECT_EQ(text_in(lease("alice"), "end_time"), "2026-11-23T14:07:24+00:00");
}

TEST_F(MemberApi, LeasesNoMoreThanTheQuota) {
  gateway_.offer.rules.leases_per_member_max = 2;
  EXPECT_EQ(lease("alice").status, 200);
  EXPECT_EQ(lease("alice").status, 200);
  EXPECT_THAT(lease("alice"), Refuses(403, "Maximum lease limit reached."));
  EXPECT_EQ(members_of(ask("alice", Method::Get, "/api/user/info")).at("max_leases").as_int64(), 2);
}

TEST_F(MemberApi, SaysWhenThePrefixesAreGoneAndWhenOneFrees) {
  gateway_.offer.rules.pool = *PrefixPool::make({*Ipv6Prefix::parse("3fff:100::/48")});
  ASSERT_EQ(lease("alice", R"({"duration_hours":1})").status, 200);
  const std::uint64_t before = version();
  const http::Response response = lease("bob");
  EXPECT_THAT(response, Refuses(503, "No available prefixes at this time"));
  EXPECT_EQ(response.headers.find("Retry-After"), "3900");  // the hour and five minutes of rest
  EXPECT_EQ(text_in(response, "frees_at"), "2026-11-23T15:11:44+00:00");
  EXPECT_EQ(version(), before) << "bob has no ASN from a lease that he did not get";
}

TEST_F(MemberApi, SaysWhereInLineWhoWasRefusedStandsAndWhenItsTurnIs) {
  gateway_.offer.rules.pool = *PrefixPool::make({*Ipv6Prefix::parse("3fff:100::/47")});
  ASSERT_EQ(lease("alice", R"({"duration_hours":1})").status, 200);
  ASSERT_EQ(lease("eve", R"({"duration_hours":2})").status, 200);
  const std::uint64_t before = version();
  const http::Response first = lease("bob");
  EXPECT_EQ(members_of(first).at("place"), 1);
  EXPECT_EQ(text_in(first, "turn_at"), text_in(first, "frees_at"));
  const http::Response second = lease("carol");
  EXPECT_THAT(second, Refuses(503, "No available prefixes at this time"));
  EXPECT_EQ(text_in(second, "type"), "/problems/pool-exhausted");
  EXPECT_EQ(members_of(second).at("place"), 2);
  EXPECT_EQ(members_of(second).at("waiting"), 2);
  EXPECT_EQ(text_in(second, "frees_at"), "2026-11-23T15:11:44+00:00");
  EXPECT_EQ(text_in(second, "turn_at"), "2026-11-23T16:11:44+00:00");
  EXPECT_EQ(text_in(second, "kept_until"), "2026-11-23T16:21:44+00:00");
  EXPECT_EQ(second.headers.find("Retry-After"), "7500") << "of its own turn";
  EXPECT_EQ(text_in(second, "detail"),
            "every /48 is taken: you are 2nd in line of 2; the next one frees at "
            "2026-11-23T15:11:44+00:00, and yours should at 2026-11-23T16:11:44+00:00; ask again "
            "before 2026-11-23T16:21:44+00:00, or your place is given up");
  EXPECT_EQ(version(), before) << "waiting changes nobody's holdings";
}

TEST_F(MemberApi, ShowsAMemberWhereItWaitsUntilItGetsALease) {
  gateway_.offer.rules.pool = *PrefixPool::make({*Ipv6Prefix::parse("3fff:100::/48")});
  ASSERT_EQ(lease("alice", R"({"duration_hours":1})").status, 200);
  ASSERT_EQ(lease("bob").status, 503);
  const auto info = [&] { return members_of(ask("bob", Method::Get, "/api/user/info")); };
  EXPECT_EQ(info().at("waiting"), (json::array{{{"pool", "default"},
                                                {"place", 1},
                                                {"waiting", 1},
                                                {"since", "2026-11-23T14:06:44+00:00"},
                                                {"kept_until", "2026-11-23T15:21:44+00:00"},
                                                {"turn_at", "2026-11-23T15:11:44+00:00"}}}));
  gateway_.clock.advance(std::chrono::minutes{65});
  EXPECT_EQ(lease("mallory").status, 503) << "it is bob's turn";
  EXPECT_EQ(lease("bob").status, 200);
  EXPECT_FALSE(info().contains("waiting"));
}

struct RefusedBody {
  const char* body;
  int status;
  const char* pointer;  // of the one wrong member; nullptr where the answer has none
};

TEST_F(MemberApi, RefusesALeaseRequestAsTheTableSaysAndLeasesNothing) {
  for (const RefusedBody& row :
       {RefusedBody{R"({"duration_hours":0})", 400, nullptr},
        RefusedBody{R"({"duration_hours":25})", 400, nullptr},
        RefusedBody{R"({"duration_hours":-1})", 400, nullptr},
        RefusedBody{R"({"duration_hours":4)", 400, nullptr}, RefusedBody{"", 400, nullptr},
        RefusedBody{R"({"duration_hours":1.0})", 422, "/duration_hours"},
        RefusedBody{R"({"duration_hours":1.5})", 422, "/duration_hours"},
        RefusedBody{R"({"duration_hours":1e9})", 422, "/duration_hours"},
        RefusedBody{R"({"duration_hours":2147483648})", 422, "/duration_hours"},
        RefusedBody{R"({"duration_hours":"4"})", 422, "/duration_hours"},
        RefusedBody{R"({"duration_hours":null})", 422, "/duration_hours"},
        RefusedBody{R"({"duration_hours":4,"duration_hours":4})", 422, "/duration_hours"},
        RefusedBody{R"({})", 422, "/duration_hours"}, RefusedBody{"[]", 422, ""}}) {
    const http::Request asked = with(request(Method::Post, "/api/user/prefix", row.body),
                                     "Content-Type", "application/json");
    const http::Response response = gateway_.answer(gateway_.as("alice", asked));
    EXPECT_EQ(response.status, row.status) << row.body;
    const json::object body = members_of(response);
    ASSERT_EQ(body.contains("errors"), row.pointer != nullptr) << row.body;
    if (row.pointer == nullptr) continue;
    EXPECT_EQ(body.at("errors").as_array().at(0).as_object().at("pointer"), row.pointer);
  }
  EXPECT_THAT(lease("alice", R"({"duration_hours":25})"),
              Refuses(400, "Duration must be between 1 and 24 hours"));
  EXPECT_EQ(version(), 0U);
}

TEST_F(MemberApi, TakesBodiesThatSayTheyAreJsonAndNoOthers) {
  gateway_.offer.rules.leases_per_member_max = 8;
  const auto status = [&](const char* type) {
    const http::Request asked = with(
        request(Method::Post, "/api/user/prefix", R"({"duration_hours":4})"), "Content-Type", type);
    return gateway_.answer(gateway_.as("alice", asked)).status;
  };
  for (const char* const type :
       {"application/json", "Application/JSON; charset=utf-8", "application/json;charset=latin1",
        "application/merge-patch+json", " application/json ; x=\"a;b\""}) {
    EXPECT_EQ(status(type), 200) << type;
  }
  for (const char* const type : {"", "text/plain", "text/json", "application/jsonp", "json",
                                 "application/x-www-form-urlencoded", "application/json/x"}) {
    EXPECT_EQ(status(type), 415) << type;
  }
  EXPECT_EQ(ask("alice", Method::Post, "/api/user/prefix").status, 415) << "no type at all";
}

TEST_F(MemberApi, RevokesHoweverThePrefixIsSpelled) {
  gateway_.offer.rules.pool = *PrefixPool::make({*Ipv6Prefix::parse("3fff:ab00::/48")});
  for (const char* const spelling : {"3fff:ab00::%2F48", "3FFF:AB00::%2f48", "3fff:ab00:0:0::%2F48",
                                     "3fff:ab00:0000:0000:0000:0000:0000:0000%2F48"}) {
    ASSERT_EQ(lease("alice").status, 200);
    const http::Response response =
        ask("alice", Method::Delete, std::string{"/api/user/prefix/"} + spelling);
    EXPECT_EQ(response.status, 204) << spelling;
    EXPECT_EQ(response.body, "");
  }
}

TEST_F(MemberApi, RevokesNothingThatIsNotThisMembersOwnAndInForce) {
  constexpr const char* kText = "Prefix lease not found or already expired";
  constexpr const char* kPath = "/api/user/prefix/3fff:100::%2F48";
  EXPECT_THAT(ask("alice", Method::Delete, kPath), Refuses(404, kText));
  ASSERT_EQ(lease("alice").status, 200);
  const std::uint64_t before = version();
  EXPECT_THAT(ask("bob", Method::Delete, kPath), Refuses(404, kText));
  gateway_.clock.advance(std::chrono::hours{4});
  EXPECT_THAT(ask("alice", Method::Delete, kPath), Refuses(404, kText));
  EXPECT_EQ(version(), before);
}

TEST_F(MemberApi, RefusesWhatIsNoPrefixOfAMember) {
  for (const char* const text : {"x", "3fff:100::", "3fff:100::%2F", "3fff:100::%2F48%2F48",
                                 "3fff:100::1%2F48", "192.0.2.0%2F24", "%20", "3fff:100::%2F048"}) {
    const std::string path = std::string{"/api/user/prefix/"} + text;
    EXPECT_THAT(ask("alice", Method::Delete, path), Refuses(400, "Invalid prefix format")) << text;
    EXPECT_THAT(ask("alice", Method::Put, path + "/rpki", R"({"enabled":true})"),
                Refuses(400, "Invalid prefix format"))
        << text;
  }
  EXPECT_THAT(
      text_in(ask("alice", Method::Delete, "/api/user/prefix/2a06:de00:5b:1000::%2F48"), "detail"),
      HasSubstr("did you mean 2a06:de00:5b::/48"));
}

TEST_F(MemberApi, ChecksThePrefixThenTheBodyBeforeItSaysThatRpkiIsNotConfigured) {
  constexpr const char* kPath = "/api/user/prefix/3fff:100::%2F48/rpki";
  EXPECT_EQ(ask("alice", Method::Put, "/api/user/prefix/x/rpki", "{").status, 400);
  EXPECT_EQ(ask("alice", Method::Put, kPath).status, 415);
  EXPECT_EQ(ask("alice", Method::Put, kPath, "{").status, 400);
  EXPECT_EQ(ask("alice", Method::Put, kPath, R"({"enabled":"no"})").status, 422);
  const http::Response response = ask("alice", Method::Put, kPath, R"({"enabled":false})");
  EXPECT_THAT(response, Refuses(503, "RPKI management is not configured"));
  EXPECT_EQ(response.headers.find("Retry-After"), std::nullopt) << "waiting does not help";
}

}  // namespace
}  // namespace peerlab::gateway

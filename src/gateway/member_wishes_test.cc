// What a member may ask about a lease it holds, and about itself.
#include <boost/json.hpp>

#include "tests/support/gateway/member_api.h"

namespace peerlab::gateway {
namespace {

namespace json = boost::json;

using http::Method;
using testing::HasSubstr;
using testing_support::members_of;
using testing_support::Refuses;
using testing_support::TestGateway;
using testing_support::text_in;

constexpr const char* kPrefix = "/api/user/prefix/3fff:100::%2F48";
constexpr const char* kRenew = "/api/user/prefix/3fff:100::%2F48/renew";
constexpr const char* kRpki = "/api/user/prefix/3fff:100::%2F48/rpki";

using Wishes = testing_support::MemberApiTest;

TEST_F(Wishes, RenewCountsItsHoursFromNowAndNeverShortens) {
  ASSERT_EQ(lease("alice", R"({"duration_hours":2})").status, 200);
  gateway_.clock.advance(std::chrono::hours{1});
  const json::object longer{{"prefix", "3fff:100::/48"},
                            {"start_time", "2026-11-23T14:06:44+00:00"},
                            {"end_time", "2026-11-23T19:06:44+00:00"},
                            {"message", "Prefix lease renewed"}};
  EXPECT_EQ(members_of(ask("alice", Method::Post, kRenew, R"({"duration_hours":4})")), longer);
  EXPECT_EQ(members_of(ask("alice", Method::Post, kRenew, R"({"duration_hours":1})")), longer);
  EXPECT_EQ(info("alice").at("active_leases").at(0).at("end_time"), longer.at("end_time"));
}

TEST_F(Wishes, RenewTakesNoHoursButLeasesAndNoPrefixButOnesOwnInForce) {
  constexpr const char* kFour = R"({"duration_hours":4})";
  constexpr const char* kGone = "Active prefix lease not found";
  ASSERT_EQ(lease("alice").status, 200);
  EXPECT_THAT(ask("alice", Method::Post, kRenew, R"({"duration_hours":25})"),
              Refuses(400, "Duration must be between 1 and 24 hours"));
  EXPECT_EQ(ask("alice", Method::Post, kRenew, R"({"duration_hours":"4"})").status, 422);
  EXPECT_EQ(ask("alice", Method::Post, kRenew, "{").status, 400);
  EXPECT_EQ(ask("alice", Method::Post, kRenew).status, 415);
  EXPECT_THAT(ask("alice", Method::Post, "/api/user/prefix/x/renew", kFour),
              Refuses(400, "Invalid prefix format"));
  EXPECT_THAT(ask("bob", Method::Post, kRenew, kFour), Refuses(404, kGone));
  gateway_.clock.advance(std::chrono::hours{4});
  EXPECT_THAT(ask("alice", Method::Post, kRenew, kFour), Refuses(404, kGone));
}

TEST_F(Wishes, TheSwitchOfAPlatformThatPublishesRoasIsOnAndSaysWhatItDid) {
  gateway_.offer.publishes_roas = true;
  ASSERT_EQ(lease("alice").status, 200);
  const auto shown = [&] { return info("alice").at("active_leases").at(0).at("rpki_enabled"); };
  EXPECT_EQ(shown(), true);
  for (const auto& [wish, state, message] :
       {std::tuple{R"({"enabled":true})", true, "RPKI ROA already enabled"},
        {R"({"enabled":false})", false, "RPKI ROA disabled"},
        {R"({"enabled":false})", false, "RPKI ROA already disabled"},
        {R"({"enabled":true})", true, "RPKI ROA enabled"}}) {
    EXPECT_EQ(
        members_of(ask("alice", Method::Put, kRpki, wish)),
        (json::object{{"prefix", "3fff:100::/48"}, {"rpki_enabled", state}, {"message", message}}));
    EXPECT_EQ(shown(), state);
  }
}

TEST_F(Wishes, TheSwitchIsTheHoldersAlone) {
  gateway_.offer.publishes_roas = true;
  ASSERT_EQ(lease("alice").status, 200);
  const std::uint64_t before = version();
  EXPECT_THAT(ask("bob", Method::Put, kRpki, R"({"enabled":false})"),
              Refuses(404, "Active prefix lease not found"));
  EXPECT_THAT(ask("alice", Method::Put, "/api/user/prefix/x/rpki", R"({"enabled":false})"),
              Refuses(400, "Invalid prefix format"));
  gateway_.clock.advance(std::chrono::hours{4});
  EXPECT_THAT(ask("alice", Method::Put, kRpki, R"({"enabled":false})"),
              Refuses(404, "Active prefix lease not found"));
  EXPECT_EQ(version(), before);
}

TEST_F(Wishes, AMembersOwnQuotaIsShownAndHolds) {
  ASSERT_EQ(ask("alice", Method::Post, "/api/user/asn").status, 200);
  Oversight& operators = gateway_.ledger.oversight();
  const auto set = [&](std::optional<std::uint32_t> most) {
    ASSERT_TRUE(
        operators.set_quota(TestGateway::user("alice"), most, "olga", gateway_.clock.now()));
  };
  set(2);
  EXPECT_EQ(info("alice").at("max_leases"), 2);
  EXPECT_EQ(lease("alice").status, 200);
  EXPECT_EQ(lease("alice").status, 200);
  EXPECT_THAT(lease("alice"), Refuses(403, "Maximum lease limit reached."));
  set(std::nullopt);
  EXPECT_EQ(info("alice").at("max_leases"), 1);
}

TEST_F(Wishes, ASuspendedMemberIsToldSoAndMayOnlyGiveBack) {
  gateway_.offer.publishes_roas = true;
  ASSERT_EQ(lease("alice").status, 200);
  EXPECT_EQ(info("alice").at("suspended"), nullptr);
  ASSERT_TRUE(gateway_.ledger.oversight().suspend(TestGateway::user("alice"), "leaks", "olga",
                                                  gateway_.clock.now()));
  EXPECT_EQ(info("alice").at("suspended"),
            (json::value{{"since", "2026-11-23T14:06:44+00:00"}, {"reason", "leaks"}}));
  for (const http::Response& refused :
       {lease("alice"), ask("alice", Method::Post, kRenew, R"({"duration_hours":4})"),
        ask("alice", Method::Put, kRpki, R"({"enabled":false})")}) {
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(text_in(refused, "type"), "/problems/suspended");
    EXPECT_THAT(text_in(refused, "detail"), HasSubstr("leaks"));
  }
  EXPECT_EQ(ask("alice", Method::Delete, kPrefix).status, 204);
}

TEST_F(Wishes, AMemberReadsItsOwnEventsAndNoOperatorsName) {
  ASSERT_EQ(lease("bob").status, 200);
  EXPECT_EQ(members_of(ask("alice", Method::Get, "/api/user/events")).at("events"), json::array{});
  ASSERT_EQ(lease("alice").status, 200);
  ASSERT_TRUE(gateway_.ledger.oversight().suspend(TestGateway::user("alice"), "leaks", "olga",
                                                  gateway_.clock.now()));
  const http::Response response = ask("alice", Method::Get, "/api/user/events");
  EXPECT_EQ(response.body.find("olga"), std::string::npos);
  const json::object body = members_of(response);
  const json::array& events = body.at("events").as_array();
  ASSERT_EQ(events.size(), 3U);
  json::object leased = events[1].as_object();
  EXPECT_EQ(events[0].at("actor"), "operator");
  EXPECT_EQ(events[0].at("note"), "leaks");
  EXPECT_EQ(events[2].at("kind"), "asn-assigned");
  EXPECT_EQ(events[2].at("asn"), 65001);
  const std::int64_t id = leased.at("id").as_int64();
  leased.erase("id");
  EXPECT_EQ(leased, (json::object{{"kind", "leased"},
                                  {"at", "2026-11-23T14:06:44+00:00"},
                                  {"actor", "member"},
                                  {"asn", nullptr},
                                  {"prefix", "3fff:100:1::/48"},
                                  {"start_time", "2026-11-23T14:06:44+00:00"},
                                  {"end_time", "2026-11-23T18:06:44+00:00"},
                                  {"note", ""}}));
  const auto page = [&](const std::string& query) {
    return members_of(ask("alice", Method::Get, "/api/user/events?" + query)).at("events");
  };
  EXPECT_EQ(page("limit=1"), (json::array{events[0]}));
  EXPECT_EQ(page("before=" + std::to_string(id)), (json::array{events[2]}));
}

TEST_F(Wishes, EventsAreAskedForByWholeNumbers) {
  for (const char* const query : {"limit=0", "limit=1001", "limit=x", "limit=", "before=0",
                                  "before=-1", "before=9223372036854775808"}) {
    const std::string target = std::string{"/api/user/events?"} + query;
    EXPECT_EQ(ask("alice", Method::Get, target).status, 400) << query;
  }
  EXPECT_EQ(ask("alice", Method::Get, "/api/user/events?before=9223372036854775807").status, 200);
}

}  // namespace
}  // namespace peerlab::gateway

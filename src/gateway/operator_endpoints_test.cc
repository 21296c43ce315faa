// What operators may do and are told, and what everybody notices of it.
#include <boost/json.hpp>

#include "tests/support/gateway/member_api.h"

namespace peerlab::gateway {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

using http::Method;
using testing::HasSubstr;
using testing_support::as_agent;
using testing_support::as_operator;
using testing_support::members_of;
using testing_support::request;
using testing_support::TestGateway;
using testing_support::text_in;
using testing_support::with;

constexpr const char* kLease = "/operator/leases/3fff:100::%2F48";

class Operators : public testing_support::MemberApiTest {
 protected:
  http::Response command(Method method, std::string_view target, std::string body = {}) {
    return gateway_.answer(as_operator(request(method, target, std::move(body))));
  }
  json::object told(std::string_view target) {
    const http::Response response = command(Method::Get, target);
    EXPECT_EQ(response.status, 200) << target << response.body;
    return members_of(response);
  }
  static std::string of(std::string_view name, std::string_view verb = "") {
    return "/operator/members/" + TestGateway::user(name).text() + std::string{verb};
  }
  http::Response suspend(std::string_view name, std::string body = R"({"reason":"leaks"})") {
    return command(Method::Post, of(name, "/suspend"), std::move(body));
  }
  json::array routed() {
    const auto response =
        gateway_.answer(as_agent(request(Method::Get, "/service/mappings?wait=0")));
    return members_of(response).at("mappings").as_array();
  }
  std::size_t prefixes_routed() {
    std::size_t all = 0;
    for (const json::value& row : routed()) all += row.at("prefixes").as_array().size();
    return all;
  }
};

TEST_F(Operators, AreKnownByTheirKeyOrByARoleAndTheTrailHasTheirNames) {
  gateway_.operators.role = "operator";
  gateway_.roles["paula"] = {"staff", "operator"};
  ASSERT_EQ(lease("alice").status, 200);
  EXPECT_EQ(suspend("alice").status, 200);
  EXPECT_EQ(ask("paula", Method::Post, of("alice", "/resume")).status, 200);
  const json::array events = told(of("alice")).at("events").as_array();
  EXPECT_EQ(events.at(0).at("actor").as_string(), "op-" + TestGateway::user("paula").short_text());
  EXPECT_EQ(events.at(1).at("actor"), "olga");
  EXPECT_EQ(events.at(2).at("actor"), "member");
}

TEST_F(Operators, AreNobodyWhereNoneAreConfigured) {
  gateway_.operators = {};
  gateway_.roles["paula"] = {"operator"};
  for (const http::Request& asked :
       {request(Method::Get, "/operator/members"),
        as_operator(request(Method::Get, "/operator/members")),
        gateway_.as("paula", request(Method::Get, "/operator/members"))}) {
    const http::Response response = gateway_.answer(asked);
    EXPECT_EQ(response.status, 403);
    EXPECT_THAT(text_in(response, "detail"), HasSubstr("operator_keys_file"));
  }
}

TEST_F(Operators, PayAsMembersDoAndWrongKeysAsTheirAddress) {
  AdmissionRules rules;
  rules.rates.per_address = Allowance{4, 60s};
  rules.rates.per_member = Allowance{2, 60s};
  gateway_.admit(rules);
  const auto status = [&] { return command(Method::Get, "/operator/pools").status; };
  EXPECT_EQ(status(), 200);
  EXPECT_EQ(status(), 200);
  EXPECT_EQ(status(), 429);
  const auto guess = [&] {
    return gateway_
        .answer(with(request(Method::Get, "/operator/pools"), "Authorization", "Bearer guessed"))
        .status;
  };
  EXPECT_EQ(guess(), 401);
  EXPECT_EQ(guess(), 429);
}

TEST_F(Operators, SuspendTakesAMemberOffTheRoutersAndResumePutsItBack) {
  ASSERT_EQ(lease("alice").status, 200);
  ASSERT_EQ(lease("bob").status, 200);
  ASSERT_EQ(prefixes_routed(), 2U);
  const http::Response suspended = suspend("alice", R"({"reason":"  leaks a table  "})");
  ASSERT_EQ(suspended.status, 200);
  EXPECT_EQ(members_of(suspended).at("suspended"),
            (json::value{{"since", "2026-11-23T14:06:44+00:00"}, {"reason", "leaks a table"}}));
  EXPECT_EQ(prefixes_routed(), 1U);
  EXPECT_EQ(lease("alice").status, 403);
  EXPECT_EQ(told("/operator/members?suspended=true").at("members").as_array().size(), 1U);
  EXPECT_EQ(told("/operator/leases").at("leases").as_array().size(), 2U);
  const http::Response resumed = command(Method::Post, of("alice", "/resume"));
  EXPECT_EQ(members_of(resumed).at("suspended"), nullptr);
  EXPECT_EQ(prefixes_routed(), 2U);
  EXPECT_EQ(suspend("nobody").status, 404);
  EXPECT_EQ(command(Method::Post, of("nobody", "/resume")).status, 404);
}

TEST_F(Operators, AReasonIsOnePrintableLine) {
  ASSERT_EQ(lease("alice").status, 200);
  const auto status = [&](const std::string& reason) {
    return suspend("alice", json::serialize(json::object{{"reason", reason}})).status;
  };
  EXPECT_EQ(status(std::string(200, 'x')), 200);
  EXPECT_EQ(status("\xc3\xa4\xe2\x82\xac \xf0\x9f\x90\x99"), 200);
  std::string euros;
  for (int i = 0; i < 200; ++i) euros += "\xe2\x82\xac";
  EXPECT_EQ(status(euros), 200);
  EXPECT_EQ(status(euros + "x"), 400);
  for (const char* const odd :
       {"", "   ", "two\nlines", "tab\there", "\x1b[31m", "\x7f", "\xc2\x85", "\xe2\x80\xa8"}) {
    EXPECT_EQ(status(std::string{"x"} + odd + "x"),
              std::string_view{odd}.find_first_not_of(' ') == std::string_view::npos ? 200 : 400)
        << odd;
  }
  EXPECT_EQ(status(""), 400);
  EXPECT_EQ(status("   "), 400);
  for (const char* const body : {"{}", R"({"reason":7})", R"({"reason":null})", "[]"}) {
    EXPECT_EQ(suspend("alice", body).status, 422) << body;
  }
  EXPECT_EQ(suspend("alice", "{").status, 400);
  EXPECT_EQ(suspend("alice", "").status, 415);
}

TEST_F(Operators, AQuotaIsTheMembersOwnUntilItIsTakenBack) {
  ASSERT_EQ(lease("alice").status, 200);
  const auto set = [&](std::string body) {
    return command(Method::Put, of("alice", "/quota"), std::move(body));
  };
  EXPECT_EQ(members_of(set(R"({"max_leases":2})")).at("quota"), 2);
  EXPECT_EQ(info("alice").at("max_leases"), 2);
  EXPECT_EQ(lease("alice").status, 200);
  EXPECT_EQ(lease("alice").status, 403);
  EXPECT_EQ(members_of(set(R"({"max_leases":0})")).at("max_leases"), 0);
  const json::object back = members_of(set(R"({"max_leases":null})"));
  EXPECT_EQ(back.at("quota"), nullptr);
  EXPECT_EQ(back.at("max_leases"), 1);
  for (const char* const body : {R"({"max_leases":65})", R"({"max_leases":-1})"}) {
    EXPECT_EQ(set(body).status, 400) << body;
  }
  for (const char* const body : {"{}", R"({"max_leases":"2"})", R"({"max_leases":1.5})"}) {
    EXPECT_EQ(set(body).status, 422) << body;
  }
  EXPECT_EQ(command(Method::Put, of("nobody", "/quota"), R"({"max_leases":2})").status, 404);
}

TEST_F(Operators, EndALeaseWhoeverHoldsIt) {
  ASSERT_EQ(lease("alice").status, 200);
  EXPECT_EQ(command(Method::Delete, kLease).status, 204);
  EXPECT_EQ(prefixes_routed(), 0U);
  EXPECT_EQ(command(Method::Delete, kLease).status, 404);
  EXPECT_EQ(command(Method::Delete, "/operator/leases/x").status, 400);
  EXPECT_EQ(told(of("alice")).at("events").at(0).at("kind"), "lease-ended");
}

TEST_F(Operators, ForgetAMemberWhoseTrailStaysWhole) {
  ASSERT_EQ(lease("alice").status, 200);
  const std::string hash = TestGateway::user("alice").text();
  const json::value number = told(of("alice")).at("member");
  EXPECT_EQ(command(Method::Delete, of("alice")).status, 204);
  EXPECT_EQ(command(Method::Get, of("alice")).status, 404);
  EXPECT_EQ(command(Method::Delete, of("alice")).status, 404);
  for (const char* const list : {"/operator/members", "/operator/leases", "/operator/audit"}) {
    EXPECT_EQ(command(Method::Get, list).body.find(hash), std::string::npos) << list;
  }
  EXPECT_EQ(told("/operator/audit/verify").at("first_broken"), nullptr);
  gateway_.clock.advance(2h);
  ASSERT_EQ(lease("alice").status, 200);
  EXPECT_NE(told(of("alice")).at("member"), number);
}

TEST_F(Operators, ListMembersByPages) {
  for (const char* const name : {"alice", "bob", "carol"}) ASSERT_EQ(lease(name).status, 200);
  std::vector<std::string> seen;
  std::string target = "/operator/members?limit=2";
  for (int page = 0; page < 3; ++page) {
    const json::object list = told(target);
    for (const json::value& row : list.at("members").as_array()) {
      seen.emplace_back(row.at("user_hash").as_string());
    }
    if (list.at("next").is_null()) break;
    target = "/operator/members?limit=2&after=" + std::string{list.at("next").as_string()};
  }
  EXPECT_EQ(seen.size(), 3U);
  EXPECT_TRUE(std::ranges::is_sorted(seen));
  const std::string one = TestGateway::user("bob").text();
  EXPECT_EQ(told("/operator/members?user=" + one.substr(0, 9)).at("members").as_array().size(), 1U);
  EXPECT_EQ(told("/operator/leases?limit=2").at("next"), "3fff:100:1::/48");
  EXPECT_EQ(told("/operator/leases?after=3fff:100:1::/48").at("leases").as_array().size(), 1U);
  for (const char* const odd :
       {"/operator/members?suspended=yes", "/operator/members?user=XY",
        "/operator/members?user=", "/operator/members?limit=0", "/operator/leases?after=x",
        "/operator/members/xyz", "/operator/audit?after=-1", "/operator/audit?limit=1001"}) {
    EXPECT_EQ(command(Method::Get, odd).status, 400) << odd;
  }
}

TEST_F(Operators, PoolsSayWhatIsLeasedRestsAndIsFree) {
  gateway_.offer.rules.pool = *PrefixPool::make({*Ipv6Prefix::parse("3fff:100::/47")});
  const auto pool = [&] { return told("/operator/pools").at("pools").at(0).as_object(); };
  EXPECT_EQ(pool(), (json::object{{"name", "default"},
                                  {"size", 2},
                                  {"leased", 0},
                                  {"resting", 0},
                                  {"free", 2},
                                  {"next_frees_at", nullptr},
                                  {"waiting", 0}}));
  ASSERT_EQ(lease("alice").status, 200);
  ASSERT_EQ(lease("bob").status, 200);
  for (const char* const who : {"carol", "dave"}) ASSERT_EQ(lease(who).status, 503);
  ASSERT_EQ(command(Method::Delete, kLease).status, 204);
  EXPECT_EQ(pool(), (json::object{{"name", "default"},
                                  {"size", 2},
                                  {"leased", 1},
                                  {"resting", 1},
                                  {"free", 0},
                                  {"next_frees_at", "2026-11-23T14:11:44+00:00"},
                                  {"waiting", 2}}));
  EXPECT_EQ(told("/operator/pools").at("asns"), (json::value{{"size", 999}, {"assigned", 2}}));
  gateway_.clock.advance(1h);
  EXPECT_EQ(pool().at("free"), 1);
}

TEST_F(Operators, APoolsPrefixRestsForTheFloorWhateverTheCoolDownIs) {
  gateway_.offer.rules.pool = *PrefixPool::make({*Ipv6Prefix::parse("3fff:100::/48")});
  gateway_.offer.rules.cool_down = std::chrono::seconds{1};
  const auto pool = [&] { return told("/operator/pools").at("pools").at(0).as_object(); };
  ASSERT_EQ(lease("alice").status, 200);
  ASSERT_EQ(command(Method::Delete, kLease).status, 204);
  gateway_.clock.advance(std::chrono::minutes{4});
  EXPECT_EQ(pool().at("resting"), 1);
  EXPECT_EQ(pool().at("next_frees_at"), "2026-11-23T14:11:44+00:00");
  EXPECT_EQ(lease("bob").status, 503);
  gateway_.clock.advance(std::chrono::minutes{1});
  EXPECT_EQ(pool().at("free"), 1);
  EXPECT_EQ(lease("bob").status, 200);
}

TEST_F(Operators, WithoutALedgerTellAndDoNothing) {
  ASSERT_EQ(lease("alice").status, 200);
  gateway_.ledger.break_after(0);
  for (const auto& [method, target, body] :
       {std::tuple{Method::Get, std::string{"/operator/members"}, ""},
        {Method::Get, of("alice"), ""},
        {Method::Get, "/operator/leases", ""},
        {Method::Get, "/operator/audit", ""},
        {Method::Get, "/operator/audit/verify", ""},
        {Method::Get, "/operator/pools", ""},
        {Method::Get, "/api/prefixes/3fff:100::%2F48/holder", ""},
        {Method::Post, of("alice", "/suspend"), R"({"reason":"x"})"},
        {Method::Post, of("alice", "/resume"), ""},
        {Method::Put, of("alice", "/quota"), R"({"max_leases":1})"},
        {Method::Delete, kLease, ""},
        {Method::Delete, of("alice"), ""}}) {
    EXPECT_EQ(command(method, target, body).status, 503) << target;
  }
}

}  // namespace
}  // namespace peerlab::gateway

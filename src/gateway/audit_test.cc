// The audit trail over HTTP, the sealer behind it, and what anybody may ask about a prefix.
#include <boost/json.hpp>

#include "gateway/event_sealer.h"
#include "tests/support/gateway/member_api.h"
#include "wire/audit_documents.h"

namespace peerlab::gateway {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

using http::Method;
using testing_support::as_operator;
using testing_support::FailingLedger;
using testing_support::members_of;
using testing_support::request;
using testing_support::TestGateway;

class Audit : public testing_support::MemberApiTest {
 protected:
  http::Response command(Method method, std::string_view target, std::string body = {}) {
    return gateway_.answer(as_operator(request(method, target, std::move(body))));
  }
  // Page by page, as a client reads it.
  std::vector<wire::AuditRow> trail(const std::string& limit) {
    std::vector<wire::AuditRow> rows;
    std::string after = "0";
    for (int page = 0; page < 100; ++page) {
      const auto read = wire::parse_audit_page(
          command(Method::Get, "/operator/audit?limit=" + limit + "&after=" + after).body);
      EXPECT_TRUE(read) << read.error().detail;
      if (!read) break;
      rows.insert(rows.end(), read->rows.begin(), read->rows.end());
      if (!read->next) break;
      after = *read->next;
    }
    return rows;
  }
  json::object holder(const std::string& query = "") {
    const http::Response response =
        gateway_.answer(request(Method::Get, "/api/prefixes/3fff:100::%2F48/holder" + query));
    EXPECT_EQ(response.status, 200) << response.body;
    cache_ = response.headers.find("Cache-Control").value_or("");
    return members_of(response);
  }
  std::string cache_;
};

TEST_F(Audit, IsReadInPagesThatAClientCanCheckByItself) {
  for (const char* const name : {"alice", "bob", "carol"}) ASSERT_EQ(lease(name).status, 200);
  for (const char* const limit : {"1", "2", "3", "6", "7", "1000"}) {
    Chain chain;
    for (const wire::AuditRow& row : trail(limit)) chain.follow(row.position, row.link, row.line);
    EXPECT_EQ(chain.length, 6U) << limit;
    EXPECT_EQ(chain.first_broken, std::nullopt) << limit;
    const auto said = wire::parse_chain(command(Method::Get, "/operator/audit/verify").body);
    EXPECT_EQ(said->length, 6U);
    EXPECT_EQ(said->head, chain.head);
    EXPECT_EQ(said->first_broken, std::nullopt);
  }
}

TEST_F(Audit, ACheckNoticesEveryChangeOfALineALinkAndTheOrder) {
  for (const char* const name : {"alice", "bob"}) ASSERT_EQ(lease(name).status, 200);
  const std::vector<wire::AuditRow> rows = trail("1000");
  ASSERT_EQ(rows.size(), 4U);
  const auto broken_at = [](const std::vector<wire::AuditRow>& changed) {
    Chain chain;
    for (const wire::AuditRow& row : changed) chain.follow(row.position, row.link, row.line);
    return chain.first_broken.value_or(0);
  };
  EXPECT_EQ(broken_at(rows), 0U);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto changed = rows;
    changed[i].line += " ";
    EXPECT_EQ(broken_at(changed), i + 1);
    changed = rows;
    changed[i].link[0] = changed[i].link[0] == '0' ? '1' : '0';
    EXPECT_EQ(broken_at(changed), i + 1);
    changed = rows;
    changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_EQ(broken_at(changed), i + 1 == rows.size() ? 0 : i + 1);
    changed = rows;
    if (i > 0) std::swap(changed[i - 1], changed[i]);
    EXPECT_EQ(broken_at(changed), i);
  }
}

TEST_F(Audit, TheHolderOfAPrefixIsANumberAndNobodysName) {
  const json::object nobody{{"prefix", "3fff:100::/48"},
                            {"at", "2026-11-23T14:06:44+00:00"},
                            {"held", false},
                            {"member", nullptr},
                            {"asn", nullptr},
                            {"start_time", nullptr},
                            {"end_time", nullptr}};
  EXPECT_EQ(holder(), nobody);
  ASSERT_EQ(lease("alice").status, 200);
  gateway_.clock.advance(1h);
  const json::object held{{"prefix", "3fff:100::/48"},
                          {"at", "2026-11-23T14:06:45+00:00"},
                          {"held", true},
                          {"member", 1},
                          {"asn", 65000},
                          {"start_time", "2026-11-23T14:06:44+00:00"},
                          {"end_time", "2026-11-23T18:06:44+00:00"}};
  EXPECT_EQ(holder("?at=2026-11-23T14:06:45Z"), held);
  EXPECT_EQ(cache_, "no-store") << "it may still be revoked";
  EXPECT_EQ(holder("?at=2026-11-23T15:06:45%2B01:00"), held);
  EXPECT_EQ(holder("?at=2026-11-23T14:06:43Z").at("held"), false);
  EXPECT_EQ(cache_, "public, max-age=86400");
  ASSERT_EQ(
      command(Method::Delete, "/operator/members/" + TestGateway::user("alice").text()).status,
      204);
  gateway_.clock.advance(61s);
  json::object ended = held;
  ended["end_time"] = "2026-11-23T15:06:44+00:00";
  EXPECT_EQ(holder("?at=2026-11-23T14:06:45Z"), ended);
  EXPECT_EQ(cache_, "public, max-age=86400");
  EXPECT_EQ(holder().at("held"), false);
  EXPECT_EQ(cache_, "no-store");
  for (const char* const query : {"?at=2026-11-24T14:06:45Z", "?at=yesterday", "?at="}) {
    EXPECT_EQ(gateway_
                  .answer(request(Method::Get,
                                  std::string{"/api/prefixes/3fff:100::%2F48/holder"} + query))
                  .status,
              400)
        << query;
  }
  EXPECT_EQ(gateway_.answer(request(Method::Get, "/api/prefixes/x/holder")).status, 400);
}

TEST_F(Audit, TheSealerLinksWhatWasWrittenAndReadsOn) {
  EventSealer sealer{gateway_.ledger};
  const Instant now = gateway_.clock.now();
  ASSERT_TRUE(sealer.tend(now));
  EXPECT_EQ(sealer.seen().position, 0U);
  ASSERT_EQ(lease("alice").status, 200);
  ASSERT_TRUE(sealer.tend(now));
  EXPECT_EQ(sealer.seen().sealed, 2U);
  EXPECT_EQ(sealer.seen().position, 2U);
  ASSERT_EQ(lease("bob").status, 200);
  EventSealer another{gateway_.ledger};  // a second gateway's
  ASSERT_TRUE(another.seal());
  EXPECT_EQ(another.seen().sealed, 2U);
  ASSERT_TRUE(sealer.tend(now + EventSealer::kReadAgain));
  EXPECT_EQ(sealer.seen().sealed, 2U);
  EXPECT_EQ(sealer.seen().position, 4U);
  EXPECT_FALSE(sealer.seen().broken);
  gateway_.ledger.break_after(0);
  EXPECT_FALSE(sealer.tend(now));
  gateway_.ledger.break_after(FailingLedger::kNever);
  EXPECT_TRUE(sealer.tend(now));
  EXPECT_EQ(sealer.seen().position, 4U);
}

}  // namespace
}  // namespace peerlab::gateway

// GET /api/user/stream: a member is told what it holds, as it changes.
#include "gateway/holdings_feed.h"

#include <gmock/gmock.h>

#include <thread>

#include "tests/support/contract/contract.h"
#include "tests/support/gateway/test_gateway.h"

namespace peerlab::gateway {
namespace {

using http::EventStream;
using http::Method;
using testing::HasSubstr;
using testing_support::request;
using testing_support::TestGateway;
using testing_support::text_in;
using namespace std::chrono_literals;

class Holdings : public testing::Test {
 protected:
  using Client = std::shared_ptr<EventStream>;
  Client connect(std::string_view name) { return gateway_.stream(asked_by(name)); }
  http::Request asked_by(std::string_view name) {
    return gateway_.as(name, request(Method::Get, "/api/user/stream"));
  }
  http::Response ask(std::string_view name, Method method, std::string_view target,
                     std::string body = {}) {
    return gateway_.answer(gateway_.as(name, request(method, target, std::move(body))));
  }
  void lease(std::string_view name) {
    ASSERT_EQ(ask(name, Method::Post, "/api/user/prefix", R"({"duration_hours":4})").status, 200);
  }
  // What was said until this text came, or the stream ended; all of it is as documented.
  static std::string said_until(const Client& client, std::string_view text) {
    std::string said;
    for (const auto end = std::chrono::steady_clock::now() + 20s;
         std::chrono::steady_clock::now() < end; std::this_thread::sleep_for(2ms)) {
      const EventStream::Next next = client->take();
      said += next.text;
      if (said.find(text) != std::string::npos || next.state != EventStream::State::Open) break;
    }
    testing_support::expect_as_documented(Method::Get, "/api/user/stream",
                                          {200, {{"Content-Type", "text/event-stream"}}, said});
    return said;
  }
  static bool ends(const Client& client) {
    for (const auto end = std::chrono::steady_clock::now() + 20s;
         std::chrono::steady_clock::now() < end; std::this_thread::sleep_for(2ms)) {
      if (client->take().state != EventStream::State::Open) return true;
    }
    return false;
  }

  TestGateway gateway_;
};

TEST_F(Holdings, AreSaidAtOnceAsGetInfoSaysThem) {
  lease("alice");
  const std::string info = ask("alice", Method::Get, "/api/user/info").body;
  const Client client = connect("alice");
  EXPECT_THAT(
      client->take().text,
      testing::MatchesRegex("retry: 3000\nevent: holdings\nid: [0-9a-f]{16}\ndata: .*\n\n"));
  EXPECT_THAT(said_until(connect("alice"), "\n\n"), HasSubstr("data: " + info + "\n"));
  EXPECT_EQ(client->head().headers.find("Cache-Control"), "no-store");
}

TEST_F(Holdings, AreSaidAgainWhenTheMemberGetsSomethingAndWhenItEnds) {
  const Client client = connect("alice");
  EXPECT_THAT(said_until(client, "\n\n"), HasSubstr(R"("active_leases":[])"));
  lease("alice");
  EXPECT_THAT(said_until(client, "3fff:100::/48"), HasSubstr("event: holdings\n"));
  gateway_.clock.advance(4h);
  // The token's hour is over too.
  EXPECT_TRUE(ends(client));
}

TEST_F(Holdings, AreSaidWhenALeaseEndsByItself) {
  gateway_.offer.leased_hour = 60s;
  const Client client = connect("alice");
  lease("alice");
  (void)said_until(client, "3fff:100::/48");
  gateway_.clock.advance(240s);
  EXPECT_THAT(said_until(client, "\n\n"), HasSubstr(R"("active_leases":[])"));
}

TEST_F(Holdings, AreSaidWhereAnotherProcessWrote) {
  const Client client = connect("alice");
  (void)said_until(client, "\n\n");
  ASSERT_TRUE(gateway_.ledger.assign_asn(Subject::parse("alice").value(), gateway_.offer.rules.asns,
                                         gateway_.clock.now()));
  EXPECT_THAT(said_until(client, "65000"), HasSubstr(R"("asn":65000)"));
}

TEST_F(Holdings, AreNotSaidAgainForWhatOthersDo) {
  const Client client = connect("alice");
  (void)said_until(client, "\n\n");
  const Client bob = connect("bob");
  (void)said_until(bob, "\n\n");
  lease("bob");
  (void)said_until(bob, "3fff:100::/48");
  lease("alice");
  const std::string said = said_until(client, "3fff:100:");
  EXPECT_EQ(said.find("event:"), said.rfind("event:")) << said;
}

TEST_F(Holdings, AreToldForAsLongAsTheTokenIsGoodAndNoLonger) {
  const Client client = connect("alice");
  (void)said_until(client, "\n\n");
  gateway_.clock.advance(2h);
  EXPECT_TRUE(ends(client));
}

TEST_F(Holdings, EndWhenTheGatewayStops) {
  const Client client = connect("alice");
  gateway_.mappings.stop();
  EXPECT_TRUE(ends(client));
}

TEST_F(Holdings, AreForFourClientsOfAMemberAndSoManyInAll) {
  std::vector<Client> clients;
  for (std::size_t i = 0; i < HoldingsFeed::kOfOneMemberMost; ++i) {
    clients.push_back(connect("alice"));
  }
  const http::Response fifth = gateway_.answer(asked_by("alice"));
  EXPECT_EQ(fifth.status, 429);
  EXPECT_EQ(fifth.headers.find("Retry-After"), "30");
  clients[0]->close();
  clients[0] = connect("alice");
  while (clients.size() < TestGateway::kStreamsMost) clients.push_back(connect("bob"));
  EXPECT_EQ(gateway_.answer(asked_by("carol")).status, 503);
  for (const Client& client : clients) client->close();
  EXPECT_FALSE(gateway_.holdings.waits());
}

TEST_F(Holdings, AreForNobodyWithoutAToken) {
  EXPECT_EQ(gateway_.answer(request(Method::Get, "/api/user/stream")).status, 401);
}

TEST_F(Holdings, AreAnswered503WhereTheLedgerDoesNotAnswer) {
  gateway_.ledger.break_after(0);
  EXPECT_EQ(gateway_.answer(asked_by("alice")).status, 503);
}

}  // namespace
}  // namespace peerlab::gateway

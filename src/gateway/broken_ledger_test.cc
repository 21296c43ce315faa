#include <gmock/gmock.h>

#include "tests/support/gateway/test_gateway.h"

namespace peerlab::gateway {
namespace {

using http::Method;
using testing::HasSubstr;
using testing::Not;
using testing_support::as_agent;
using testing_support::FailingLedger;
using testing_support::request;
using testing_support::TestGateway;
using testing_support::text_in;

// Every request that needs the ledger; alice holds a lease, the others nothing yet.
std::vector<http::Request> requests(TestGateway& gateway) {
  const std::string mapping = "/service/mappings/" + TestGateway::user("alice").text();
  return {gateway.as("alice", request(Method::Get, "/api/user/info")),
          gateway.as("bob", request(Method::Post, "/api/user/asn")),
          gateway.as("carol", request(Method::Post, "/api/user/prefix", R"({"duration_hours":4})")),
          gateway.as("alice", request(Method::Delete, "/api/user/prefix/3fff:100::%2F48")),
          as_agent(request(Method::Get, "/service/mappings")),
          as_agent(request(Method::Get, mapping))};
}

void lease_to_alice(TestGateway& gateway) {
  const auto asked = request(Method::Post, "/api/user/prefix", R"({"duration_hours":4})");
  ASSERT_EQ(gateway.answer(gateway.as("alice", asked)).status, 200);
}

TEST(BrokenLedger, IsAnswered503WithoutItsCauseAndNothingIsHalfDone) {
  TestGateway gateway;
  lease_to_alice(gateway);
  for (const http::Request& asked : requests(gateway)) {
    const std::uint64_t before = *gateway.ledger.version();
    // Whichever of the verbs that it needs is the one that fails.
    for (int verbs = 0;; ++verbs) {
      gateway.ledger.break_after(verbs);
      const http::Response response = gateway.answer(asked);
      const bool broke = gateway.ledger.broke();
      gateway.ledger.break_after(FailingLedger::kNever);
      if (!broke) break;
      EXPECT_EQ(response.status, 503) << asked.path;
      EXPECT_EQ(response.headers.find("Retry-After"), "5") << asked.path;
      EXPECT_EQ(text_in(response, "type"), "/problems/unavailable") << asked.path;
      EXPECT_THAT(response.body, Not(HasSubstr("disk I/O error"))) << asked.path;
      EXPECT_EQ(*gateway.ledger.version(), before) << asked.path << " after " << verbs << " verbs";
    }
  }
}

}  // namespace
}  // namespace peerlab::gateway

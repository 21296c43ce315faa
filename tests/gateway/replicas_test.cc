// Two gateways on one PostgreSQL: what one gave, the other knows and does not give.
#include <filesystem>
#include <set>
#include <thread>

#include "tests/gateway/gateway_test.h"
#include "tests/support/postgres_server.h"

namespace peerlab::testing_support {
namespace {

using http::Method;

class Replicas : public GatewayTest {
 protected:
  void SetUp() override {
    const auto server = PostgresServer::shared();
    if (!server) GTEST_SKIP() << server.error().detail;
    const std::vector<std::string> flags{
        "--database-url", *(*server)->new_database(), "--database-connections", "4", "--pool",
        "3fff:100::/43"};
    start(flags);
    first_ = std::move(gateway_);
    std::filesystem::create_directory(folder_ / "first");
    std::filesystem::rename(folder_ / "gateway.log", folder_ / "first/gateway.log");
    start(flags);  // with the seal.key that the first one made
  }
  std::unique_ptr<RunningGateway> first_;
};

TEST_F(Replicas, SixtyFourMembersAtTwoGatewaysGetThirtyTwoPrefixesOnceEach) {
  std::vector<http::ClientResponse> answers(64);
  std::vector<std::thread> racers;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    racers.emplace_back([&, i, bearer = token("racer" + std::to_string(i))] {
      const RunningGateway& asked = i % 2 == 0 ? *first_ : *gateway_;
      http::ClientRequest request{.method = Method::Post, .url = asked.url("/api/user/prefix")};
      request.headers.add("Authorization", "Bearer " + bearer);
      request.headers.add("Content-Type", "application/json");
      request.body = R"({"duration_hours":1})";
      answers[i] = *client_.send(request);
    });
  }
  for (std::thread& racer : racers) racer.join();
  std::multiset<std::string> prefixes;
  for (const auto& answer : answers) {
    if (answer.status == 200) {
      prefixes.insert(text_in(answer, "prefix"));
    } else {
      EXPECT_THAT(answer, Says(503, "No available prefixes at this time"));
    }
  }
  EXPECT_EQ(prefixes.size(), 32U);
  EXPECT_EQ((std::set<std::string>{prefixes.begin(), prefixes.end()}).size(), 32U);
  EXPECT_EQ(mapping_rows().size(), 32U);
}

TEST_F(Replicas, OneKeyAtTwoGatewaysIsOneLease) {
  std::vector<http::ClientResponse> answers(8);
  std::vector<std::thread> racers;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    racers.emplace_back([&, i, bearer = token("alice")] {
      const RunningGateway& asked = i % 2 == 0 ? *first_ : *gateway_;
      http::ClientRequest request{.method = Method::Post, .url = asked.url("/api/user/prefix")};
      request.headers.add("Authorization", "Bearer " + bearer);
      request.headers.add("Content-Type", "application/json");
      request.headers.add("Idempotency-Key", "k1");
      request.body = R"({"duration_hours":1})";
      answers[i] = *client_.send(request);
    });
  }
  for (std::thread& racer : racers) racer.join();
  std::set<std::string> bodies;
  for (const auto& answer : answers) {
    if (answer.status != 409) bodies.insert(answer.body);
  }
  EXPECT_EQ(bodies.size(), 1U) << testing::PrintToString(bodies);
  EXPECT_THAT(*bodies.begin(), testing::HasSubstr("Prefix leased successfully"));
}

TEST_F(Replicas, AnEmptyPoolHasOneLineAtBothGateways) {
  for (int i = 0; i < 32; ++i) EXPECT_THAT(lease("holder" + std::to_string(i)), Answers(200));
  EXPECT_THAT(lease("alice"), Says(503, "No available prefixes at this time"));
  std::swap(first_, gateway_);
  const auto refused = lease("bob");
  EXPECT_EQ(object_in(refused).at("place"), 2);
  EXPECT_EQ(object_in(refused).at("waiting"), 2);
  EXPECT_THAT(text_in(refused, "detail"), testing::HasSubstr("you are 2nd in line of 2"));
  const auto waiting = object_in(info("alice")).at("waiting").as_array();
  EXPECT_EQ(waiting.at(0).at("place"), 1);
  EXPECT_EQ(text_in(lease("bob"), "kept_until"), text_in(refused, "kept_until"));
}

}  // namespace
}  // namespace peerlab::testing_support

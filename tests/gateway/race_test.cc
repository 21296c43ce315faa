// Many at once over HTTP: what one holds, no other holds.
#include <set>
#include <thread>

#include "tests/gateway/gateway_test.h"

namespace peerlab::testing_support {
namespace {

using http::Method;

class Race : public GatewayTest {
 protected:
  // Every racer's answer to a lease request, all sent at the same time.
  std::vector<http::ClientResponse> race(const std::vector<std::string>& tokens) {
    std::vector<http::ClientResponse> answers(tokens.size());
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      threads.emplace_back([&, i] {
        answers[i] = send(Method::Post, "/api/user/prefix", tokens[i], R"({"duration_hours":1})");
      });
    }
    for (std::thread& thread : threads) thread.join();
    return answers;
  }
};

TEST_F(Race, SixtyFourMembersForThirtyTwoPrefixesGetEachOnce) {
  start({"--pool", "3fff:100::/43"});
  std::vector<std::string> tokens;
  for (int i = 0; i < 64; ++i) tokens.push_back(token("racer" + std::to_string(i)));
  std::multiset<std::string> prefixes;
  for (const auto& answer : race(tokens)) {
    if (answer.status == 200) {
      prefixes.insert(text_in(answer, "prefix"));
    } else {
      EXPECT_THAT(answer, Says(503, "No available prefixes at this time"));
      EXPECT_TRUE(answer.headers.find("Retry-After"));
    }
  }
  EXPECT_EQ(prefixes.size(), 32U);
  EXPECT_EQ((std::set<std::string>{prefixes.begin(), prefixes.end()}).size(), 32U);
  std::multiset<std::int64_t> asns;
  const boost::json::array rows = mapping_rows();
  for (const auto& mapping : rows) {
    asns.insert(mapping.at("asn").as_int64());
  }
  EXPECT_EQ((std::set<std::int64_t>{asns.begin(), asns.end()}).size(), asns.size());
}

TEST_F(Race, OneMemberAskingSixtyFourTimesGetsTheQuota) {
  start();
  int granted = 0;
  for (const auto& answer : race(std::vector<std::string>(64, token("alice")))) {
    if (answer.status == 200) {
      ++granted;
    } else {
      EXPECT_THAT(answer, Says(403, "Maximum lease limit reached."));
    }
  }
  EXPECT_EQ(granted, 1);
  EXPECT_EQ(object_in(info("alice")).at("active_leases").as_array().size(), 1U);
}

}  // namespace
}  // namespace peerlab::testing_support

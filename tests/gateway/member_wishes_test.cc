// A member's wishes on the real program: ROAs in a file, renewing, requests sent twice.
#include <filesystem>
#include <functional>
#include <thread>

#include "base/file.h"
#include "tests/gateway/gateway_test.h"

namespace peerlab::testing_support {
namespace {

using http::Method;
using testing::HasSubstr;
using namespace std::chrono_literals;

constexpr const char* kLease = "/api/user/prefix/3fff:100::%2F48";

bool eventually(const std::function<bool()>& is_so) {
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (!is_so()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(20ms);
  }
  return true;
}

class MemberWishes : public GatewayTest {
 protected:
  bool roas_become(bool there) {
    return eventually([&] {
      const auto text = read_file(folder_ / "roas/roas.json");
      return text && (text->find("\"3fff:100::/48\"") != std::string::npos) == there;
    });
  }
  void start_with_roas(std::vector<std::string> flags = {}) {
    std::filesystem::create_directory(folder_ / "roas");
    flags.insert(flags.end(), {"--roa-file", (folder_ / "roas/roas.json").string()});
    start(std::move(flags));
  }
  http::ClientResponse switch_rpki(bool on) {
    return send(Method::Put, std::string{kLease} + "/rpki", token("alice"),
                on ? R"({"enabled":true})" : R"({"enabled":false})");
  }
  http::ClientResponse lease_as(const std::string& key) {
    http::ClientRequest request{.method = Method::Post, .url = gateway_->url("/api/user/prefix")};
    request.headers.add("Authorization", "Bearer " + token("alice"));
    request.headers.add("Content-Type", "application/json");
    request.headers.add("Idempotency-Key", key);
    request.body = R"({"duration_hours":1})";
    return *client_.send(request);
  }
};

TEST_F(MemberWishes, TheSwitchMovesTheRoaInTheFile) {
  start_with_roas();
  EXPECT_TRUE(roas_become(false));
  EXPECT_THAT(lease("alice"), Answers(200));
  EXPECT_TRUE(roas_become(true));
  EXPECT_THAT(switch_rpki(false), Says(200, "RPKI ROA disabled"));
  EXPECT_TRUE(roas_become(false));
  EXPECT_THAT(switch_rpki(true), Says(200, "RPKI ROA enabled"));
  EXPECT_TRUE(roas_become(true));
  EXPECT_THAT(send(Method::Delete, kLease, token("alice")), Answers(204));
  EXPECT_TRUE(roas_become(false));
}

TEST_F(MemberWishes, ALeaseThatEndsByItselfLosesItsRoa) {
  start_with_roas({"--lab-hour", "2s", "--cool-down", "1s"});
  EXPECT_THAT(lease("alice"), Answers(200));
  EXPECT_TRUE(roas_become(true));
  EXPECT_TRUE(roas_become(false));
}

TEST_F(MemberWishes, AFileThatCannotBeWrittenHindersNobodyAndIsMadeUpFor) {
  start_with_roas();
  EXPECT_TRUE(roas_become(false));
  std::filesystem::remove_all(folder_ / "roas");
  EXPECT_THAT(lease("alice"), Answers(200));
  EXPECT_TRUE(eventually(
      [&] { return gateway_->log().find("ROAs are not published") != std::string::npos; }));
  EXPECT_THAT(switch_rpki(false), Says(200, "RPKI ROA disabled"));
  EXPECT_THAT(switch_rpki(true), Says(200, "RPKI ROA enabled"));
  std::filesystem::create_directory(folder_ / "roas");
  EXPECT_TRUE(roas_become(true));
  EXPECT_TRUE(eventually(
      [&] { return gateway_->log().find("ROAs are published again") != std::string::npos; }));
}

TEST_F(MemberWishes, AWholeLifeIsRenewedAndTold) {
  start();
  EXPECT_THAT(lease("alice"), Answers(200));
  const auto renewed =
      send(Method::Post, std::string{kLease} + "/renew", token("alice"), R"({"duration_hours":5})");
  EXPECT_THAT(renewed, Says(200, "Prefix lease renewed"));
  const auto begin = parse_rfc3339(text_in(renewed, "start_time"));
  const auto end = parse_rfc3339(text_in(renewed, "end_time"));
  ASSERT_TRUE(begin && end);
  EXPECT_GE(*end - *begin, 5h);
  EXPECT_THAT(send(Method::Delete, kLease, token("alice")), Answers(204));
  std::vector<std::string> kinds;
  const auto events = object_in(send(Method::Get, "/api/user/events", token("alice")));
  for (const auto& event : events.at("events").as_array()) {
    kinds.emplace_back(event.at("kind").as_string());
  }
  EXPECT_THAT(kinds, testing::ElementsAre("revoked", "renewed", "leased", "asn-assigned"));
}

TEST_F(MemberWishes, AKeyIsKnownAfterARestartToo) {
  start({"--leases-per-member", "8"});
  const auto first = lease_as("k1");
  EXPECT_THAT(first, Answers(200));
  EXPECT_EQ(gateway_->stop(), 0);
  start({"--leases-per-member", "8"});
  const auto again = lease_as("\"k1\"");
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(again.headers.find("Idempotency-Replayed"), "true");
  EXPECT_NE(text_in(lease_as("k2"), "prefix"), text_in(first, "prefix"));
}

TEST_F(MemberWishes, SixteenRequestsOfOneKeyAtOnceAreOneLease) {
  start({"--leases-per-member", "8"});
  std::vector<http::ClientResponse> answers(16);
  std::vector<std::thread> racers;
  for (auto& answer : answers) racers.emplace_back([&] { answer = lease_as("k1"); });
  for (std::thread& racer : racers) racer.join();
  for (const auto& answer : answers) {
    if (answer.status == 409) continue;
    EXPECT_THAT(answer, Says(200, "Prefix leased successfully"));
    EXPECT_EQ(text_in(answer, "prefix"), "3fff:100::/48");
  }
  EXPECT_EQ(object_in(info("alice")).at("active_leases").as_array().size(), 1U);
}

}  // namespace
}  // namespace peerlab::testing_support

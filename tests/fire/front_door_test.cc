// Three gateways behind Caddy, and 64 members who all want one of 32 prefixes at once.
#include "tests/fire/front_door.h"

#include <iostream>
#include <set>
#include <thread>

#include "base/process.h"
#include "tests/fire/gateway_under_fire.h"
#include "tests/fire/store.h"

namespace peerlab::fire {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing_support::kAudience;
using testing_support::PostgresServer;

constexpr int kRacers = 64;
constexpr std::size_t kPrefixes = 32;

class ThreeGateways : public GatewayUnderFire {
 protected:
  void SetUp() override {
    const auto server = PostgresServer::shared();
    if (!server) GTEST_SKIP() << server.error().detail;
    const auto caddy = run({{"caddy", "version"}});
    if (!caddy || !caddy->ok()) GTEST_SKIP() << "there is no caddy here: apt-get install caddy";
    url_ = *(*server)->new_database();
  }

  std::unique_ptr<FrontDoor> open(const std::filesystem::path& folder) const {
    return std::make_unique<FrontDoor>(
        folder, std::vector<std::string>{"--issuer", issuer_.url(), "--audience",
                                         std::string{kAudience}, "--database-url", url_, "--pool",
                                         "3fff:100::/43", "--asn-pool-start", "65000",
                                         "--asn-pool-end", "65063", "--trusted-proxy", "127.0.0.1",
                                         "--rate-per-address", "off", "--rate-per-member", "off"});
  }

  // An ASN, a prefix, and another one that nobody may have.
  void race(const FrontDoor& door, const Membership& racer,
            const std::filesystem::path& file) const {
    const HistoryWriter history{file};
    const Door at{client_,
                  [](std::string_view path) { return "http://platform" + std::string{path}; },
                  door.socket()};
    for (const Verb verb : {Verb::Assign, Verb::Lease, Verb::Lease}) {
      Operation operation;
      operation.verb = verb;
      operation.member = racer.name;
      (void)fire::ask(at, racer.token, operation, history);
    }
  }

  std::string url_;
};

TEST_F(ThreeGateways, BehindCaddyGiveEachPrefixAndEachAsnOnceAndEveryLoserAClearAnswer) {
  const std::vector<Membership> racers = members(kRacers);
  for (int round = 0; round < (long_form() ? 50 : 2); ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    url_ = *(*PostgresServer::shared())->new_database();
    const auto folder = folder_ / std::to_string(round);
    const auto door = open(folder);
    std::vector<std::thread> threads;
    for (const Membership& racer : racers) {
      threads.emplace_back([&] { race(*door, racer, folder / (racer.name + ".history")); });
    }
    for (std::thread& thread : threads) thread.join();
    const std::vector<Operation> history = read_histories(folder);
    std::set<Prefix48> prefixes;
    std::set<Asn> asns;
    int exhausted = 0, by_quota = 0;
    for (const Operation& one : history) {
      EXPECT_TRUE(one.outcome == Outcome::Done || one.outcome == Outcome::Refused) << one.reason;
      for (const Told& told : one.leases) EXPECT_TRUE(prefixes.insert(told.prefix).second);
      if (one.verb == Verb::Assign && one.asn) {
        EXPECT_TRUE(asns.insert(*one.asn).second);
      }
      exhausted += one.reason == "exhausted" ? 1 : 0;
      by_quota += one.reason == "quota-reached" ? 1 : 0;
    }
    EXPECT_EQ(prefixes.size(), kPrefixes);
    EXPECT_EQ(asns.size(), static_cast<std::size_t>(kRacers));
    EXPECT_EQ(by_quota, 32);
    EXPECT_EQ(exhausted, 64) << "32 losers, twice";
    EXPECT_THAT(faults_of(history, read_ledger(url_), {}), testing::IsEmpty());
    for (const std::string& log : door->logs()) {
      EXPECT_THAT(log, HasSubstr("/api/user/prefix")) << "this gateway was asked nothing";
    }
  }
}

}  // namespace
}  // namespace peerlab::fire

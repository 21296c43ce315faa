// Gateways that are killed while a crowd asks them, on both kinds of database; and a file's disk
// that is full.
#include <thread>

#include "tests/fire/gateway_under_fire.h"
#include "tests/fire/store.h"
#include "tests/support/small_disk.h"

namespace peerlab::fire {
namespace {

using namespace std::chrono_literals;
using testing_support::PostgresServer;

// A /48 for each member of each crowd.
const std::vector<std::string> kEnough{"--pool", "3fff:100::/36"};

class KilledGateway : public GatewayUnderFire, public testing::WithParamInterface<Kind> {
 protected:
  void SetUp() override {
    if (const std::string reason = Store::reason_to_skip(GetParam()); !reason.empty()) {
      GTEST_SKIP() << reason;
    }
    store_ = std::make_unique<Store>(GetParam());
  }
  std::unique_ptr<Store> store_;
};

INSTANTIATE_TEST_SUITE_P(, KilledGateway, testing::Values(Kind::Sqlite, Kind::Postgres), kind_of);

TEST_P(KilledGateway, LosesNothingThatItAcknowledgedAndTheNextOneGoesOn) {
  for (int i = 0; i < (long_form() ? 50 : 3); ++i) {
    start_on(store_->url(), kEnough);
    // Each crowd is of other members: the last one's questions had no answer.
    std::vector<Membership> crowd_members;
    for (int number = 0; number < 8; ++number) {
      const std::string name = "crowd" + std::to_string(i) + "-" + std::to_string(number);
      crowd_members.push_back({name, token(name)});
    }
    const std::string url = gateway_->url("");
    Crowd crowd{crowd_members, histories(),
                [&](std::string_view path) { return url + std::string{path}; }};
    const auto end = std::chrono::steady_clock::now() + kBound;
    while (crowd.answered() < 100 && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(1ms);
    }
    EXPECT_GE(crowd.answered(), 100);
    gateway_->kill();
    crowd.stop();
    expect_kept_promises(store_->url());
  }
  start_on(store_->url(), kEnough);
  expect_recovery("after");
  expect_kept_promises(store_->url());
}

class FullDisk : public GatewayUnderFire {};

TEST_F(FullDisk, OfAFileLeasesNothingHalfAndIsUsedWhenThereIsRoom) {
  const testing_support::SmallDisk disk{folder_ / "disk"};
  if (!disk.mounted()) GTEST_SKIP() << "mounting a small disk needs root";
  const std::string url = "sqlite:" + (folder_ / "disk/ledger.db").string();
  start_on(url);
  EXPECT_THAT(*ask(Verb::Lease, "first"), testing_support::Answers(200));
  disk.fill();
  std::optional<http::ClientResponse> refused;
  for (int i = 0; i < 500 && !refused; ++i) {
    const auto answer = *ask(Verb::Lease, "member" + std::to_string(i));
    if (answer.status != 200) refused = answer;
  }
  EXPECT_TRUE(refused) << "the disk never filled";
  if (refused) {
    EXPECT_THAT(*refused, IsAClear503());
  }
  EXPECT_THAT(*ask(Verb::Read, "first"), testing_support::Answers(200)) << "reading goes on";
  disk.free();
  expect_recovery("late");
  expect_kept_promises(url);
  gateway_.reset();
}

}  // namespace
}  // namespace peerlab::fire

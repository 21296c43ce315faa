// Several processes on one database, alive and killed.
#include <gmock/gmock.h>

#include <iostream>
#include <thread>

#include "tests/fire/checker.h"
#include "tests/fire/worker_rules.h"
#include "tests/fire/workers.h"

namespace peerlab::fire {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;

constexpr int kProcesses = 4;

class Processes : public EitherStore {
 protected:
  void expect_kept_promises() const {
    const std::vector<Operation> history = read_histories(store_->folder());
    std::cout << summary_of(history) << "\n";
    EXPECT_THAT(faults_of(history, read_ledger(store_->url()), worker_promises()), IsEmpty());
  }
};

INSTANTIATE_TEST_SUITE_P(, Processes, testing::Values(Kind::Sqlite, Kind::Postgres), kind_of);

TEST_P(Processes, OnOneLedgerKeepEveryPromise) {
  Workers workers{*store_};
  workers.start(kProcesses, long_form() ? 30'000 : 500);
  EXPECT_TRUE(workers.wait()) << workers.complaints();
  expect_kept_promises();
}

TEST_P(Processes, KilledInTheMiddleOfAThousandLeasesLeaveNothingHalfDone) {
  Workers workers{*store_};
  const std::size_t wanted = long_form() ? 10'000 : 1'000;
  const std::size_t step = wanted / 5;
  for (std::size_t reached = step; reached <= wanted; reached += step) {
    workers.start(kProcesses, 1'000'000);
    const auto end = std::chrono::steady_clock::now() + 60s;
    while (workers.leases_acknowledged() < reached && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(20ms);
    }
    workers.kill();
    ASSERT_GE(workers.leases_acknowledged(), reached) << workers.complaints();
    expect_kept_promises();
  }
  workers.start(kProcesses, 50);
  EXPECT_TRUE(workers.wait()) << "nobody is hindered by those who died: " << workers.complaints();
  expect_kept_promises();
}

}  // namespace
}  // namespace peerlab::fire

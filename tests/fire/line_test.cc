// Several processes on one database, and more members than there are /48s: what frees is given in
// the order of the line, whichever process asks for whom.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>
#include <set>
#include <sstream>
#include <thread>

#include "base/process.h"
#include "tests/fire/store.h"
#include "tests/fire/worker_rules.h"

namespace peerlab::fire {
namespace {

using namespace std::chrono_literals;

constexpr int kProcesses = 4;

class Line : public EitherStore {
 protected:
  using Names = std::vector<std::string>;

  // Of those who ask at once, from as many processes: who got what.
  std::map<std::string, std::string> ask(const std::vector<Names>& askers, Instant now) const {
    std::map<std::string, std::string> given;
    std::vector<std::string> printed(askers.size());
    std::vector<std::thread> processes;
    for (std::size_t i = 0; i < askers.size(); ++i) {
      processes.emplace_back([&, i] {
        Command command{{PEERLAB_LINE_WORKER, store_->url(), store_->seal_key().string(),
                         std::to_string(now.time_since_epoch().count())}};
        command.argv.insert(command.argv.end(), askers[i].begin(), askers[i].end());
        const auto outcome = run(command);
        EXPECT_TRUE(outcome && outcome->ok()) << (outcome ? outcome->errors : "");
        if (outcome) printed[i] = outcome->output;
      });
    }
    for (std::thread& process : processes) process.join();
    for (const std::string& lines : printed) {
      std::istringstream in{lines};
      for (std::string who, what; in >> who >> what;) {
        if (what != "-") given[who] = what;
      }
    }
    return given;
  }

  // Dealt out to the processes from the last to the first.
  static std::vector<Names> dealt(const Names& names) {
    std::vector<Names> hands(kProcesses);
    for (std::size_t i = names.size(); i-- > 0;) hands[i % kProcesses].push_back(names[i]);
    return hands;
  }
};

INSTANTIATE_TEST_SUITE_P(, Line, testing::Values(Kind::Sqlite, Kind::Postgres), kind_of);

TEST_P(Line, IsServedInOrderAndNothingTwiceFromSeveralProcesses) {
  const std::size_t free = line_rules().pool.size();
  const int rounds = long_form() ? 25 : 3;
  Instant now{1'795'000'000s};
  Names holders, waiting;
  for (std::size_t i = 0; i < free; ++i) holders.push_back(fmt::format("holder-{}", i));
  ASSERT_EQ(ask({holders}, now).size(), free);
  for (std::size_t i = 0; i < free * static_cast<std::size_t>(rounds); ++i) {
    waiting.push_back(fmt::format("waits-{}", i));
  }
  ASSERT_THAT(ask({waiting}, now), testing::IsEmpty()) << "in this order";
  for (int round = 0; round < rounds; ++round) {
    now += 10min + line_rules().cool_down_floor;
    Names all = waiting;
    for (int i = 0; i < kProcesses; ++i) all.push_back(fmt::format("newcomer-{}-{}", round, i));
    const auto given = ask(dealt(all), now);
    std::set<std::string> served, prefixes;
    for (const auto& [who, prefix] : given) {
      served.insert(who);
      EXPECT_TRUE(prefixes.insert(prefix).second) << prefix << " twice in round " << round;
    }
    const auto next = waiting.begin() + static_cast<std::ptrdiff_t>(free);
    EXPECT_EQ(served, (std::set<std::string>{waiting.begin(), next})) << "round " << round;
    waiting.erase(waiting.begin(), next);
  }
}

}  // namespace
}  // namespace peerlab::fire

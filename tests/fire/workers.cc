#include "tests/fire/workers.h"

#include <fmt/format.h>
#include <sys/wait.h>

#include <array>
#include <csignal>
#include <stdexcept>

#include "base/file.h"
#include "base/process.h"

namespace peerlab::fire {

void Workers::start(int count, std::uint64_t operations) {
  for (int i = 0; i < count; ++i) {
    const std::string number = std::to_string(++started_);
    // They end with the test, however that ends.
    const Result<pid_t> process = peerlab::start(
        {{"setpriv", "--pdeathsig", "KILL", PEERLAB_FIRE_WORKER, store_.url(), store_.seal_key(),
          store_.folder() / (number + ".history"), number, std::to_string(operations)}},
        store_.folder() / "workers.log");
    if (!process) throw std::runtime_error{process.error().detail};
    running_.push_back(*process);
  }
}

bool Workers::wait() {
  bool all_well = true;
  for (const pid_t process : running_) {
    int status = 0;
    ::waitpid(process, &status, 0);
    all_well &= WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }
  running_.clear();
  return all_well;
}

void Workers::kill() {
  for (const pid_t process : running_) ::kill(process, SIGKILL);
  (void)wait();
}

std::size_t Workers::leases_acknowledged() const {
  std::size_t count = 0;
  for (const Operation& one : read_histories(store_.folder())) {
    count += one.verb == Verb::Lease && one.outcome == Outcome::Done ? 1 : 0;
  }
  return count;
}

std::string Workers::complaints() const {
  return read_file(store_.folder() / "workers.log").value_or("");
}

std::string summary_of(const std::vector<Operation>& history) {
  std::array<std::size_t, 5> counts{};
  std::size_t leases = 0;
  for (const Operation& one : history) {
    ++counts[static_cast<std::size_t>(one.outcome)];
    leases += one.verb == Verb::Lease && one.outcome == Outcome::Done ? 1 : 0;
  }
  return fmt::format(
      "{} operations: {} done ({} of them leases), {} refused, {} not done, {} unknown, {} wrong",
      history.size(), counts[0], leases, counts[1], counts[2], counts[3], counts[4]);
}

}  // namespace peerlab::fire

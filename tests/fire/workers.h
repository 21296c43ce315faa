// Processes that drive one ledger (worker.cc).
#pragma once

#include <sys/types.h>

#include <vector>

#include "tests/fire/history.h"
#include "tests/fire/store.h"

namespace peerlab::fire {

class Workers {
 public:
  explicit Workers(const Store& store) : store_{store} {}
  ~Workers() { kill(); }
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // So many more, of so many operations each.
  void start(int count, std::uint64_t operations);
  // Until each is through; false where one ended otherwise.
  [[nodiscard]] bool wait();
  void kill();  // SIGKILL, all of them at once

  // Acknowledged leases in all histories so far.
  [[nodiscard]] std::size_t leases_acknowledged() const;
  [[nodiscard]] std::string complaints() const;  // what they printed

 private:
  const Store& store_;
  std::vector<pid_t> running_;
  int started_ = 0;
};

// "12345 operations: 4321 done, ..."
[[nodiscard]] std::string summary_of(const std::vector<Operation>& history);

}  // namespace peerlab::fire

#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "ledger/postgres/connection.h"

namespace peerlab::postgres {

// Tells whoever listens on channel peerlab_ledger that something was committed.  Not a NOTIFY in
// the transaction of the change: the server holds a lock of the whole cluster from such a NOTIFY to
// the end of its commit, so that members would wait for each other's disk writes one by one.
//
// One word stands for all commits before it, some milliseconds' worth of them.  It is sent until
// the server takes it, and once at the start: a predecessor may have ended between commit and word.
class Herald {
 public:
  Herald(Secret url, const Limits& limits);
  Herald(const Herald&) = delete;
  Herald& operator=(const Herald&) = delete;

  // After the commit, or where nobody knows whether there was one.  Any thread; waits for nothing.
  void committed();

 private:
  void keep_telling(const std::stop_token& stop);
  [[nodiscard]] bool tell();

  const Secret url_;
  const Limits limits_;
  std::optional<Connection> connection_;  // the thread's own

  std::mutex mutex_;
  std::condition_variable_any news_;
  bool untold_ = true;
  std::jthread thread_;  // last: it uses all the others
};

}  // namespace peerlab::postgres

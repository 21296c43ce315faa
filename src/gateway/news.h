// The one thread of the process that notices when what is in force may be something else.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "ledger/ledger.h"

namespace peerlab::gateway {

// Somebody who wants to know.  Everything is called by the one thread, no_more_news() once and
// last.
class Follower {
 public:
  virtual ~Follower() = default;
  // Does anybody wait here?  Else nothing is asked nor made.
  [[nodiscard]] virtual bool waits() const = 0;
  // Something was written, or time has passed.  `version` is the ledger's, or why it cannot be
  // known. Returns when this changes by itself.
  virtual std::optional<Instant> look(const Result<std::uint64_t>& version, Instant now) = 0;
  virtual void no_more_news() = 0;
};

// News come as this process's writes, which are said here, and others', which a ledger that listens
// (PostgreSQL) is told of; of a ledger that does not, and while it cannot be relied on, the version
// is looked at every 200 ms.  Leases and e-mails that begin and end are looked for by the clock
// alone.  Any thread.
class News {
 public:
  News(const Ledger& ledger, const Clock& clock);
  ~News();
  News(const News&) = delete;
  News& operator=(const News&) = delete;

  void follow(Follower& follower);
  void forget(Follower& follower);  // afterwards it is not called any more

  void written();  // this process wrote to the ledger, or may have
  void stop();     // followers are told; there are no news any more

  // The ledger's version, without asking where a ledger that listens heard of no write since it was
  // last asked.  Not older than some milliseconds as long as the connection listened on is alive;
  // one that died without a word is noticed within 10 s (Listening), and no older answer is
  // trusted. So it is for those who wait, and are woken: a plain question asks the ledger.
  [[nodiscard]] Result<std::uint64_t> version();

 private:
  using Steady = std::chrono::steady_clock;
  void run();
  [[nodiscard]] std::chrono::milliseconds look();

  const Ledger& ledger_;
  const Clock& clock_;

  std::mutex followers_mutex_;  // held while they are called
  std::vector<Follower*> followers_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::uint64_t news_ = 1;
  bool awaits_news_ = false;  // else a rush of writes would wake the thread for each
  bool stopped_ = false;
  struct Asked {
    std::uint64_t version, news;
    Steady::time_point at;
  };
  std::optional<Asked> asked_;

  std::unique_ptr<Listening> listening_;
  std::thread thread_;
};

}  // namespace peerlab::gateway

// Links what happened to the chain of events, behind the members who made it happen (decision 17).
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <stop_token>

#include "ledger/ledger.h"

namespace peerlab::gateway {

// Any thread; run() is for one.
class EventSealer {
 public:
  static constexpr std::chrono::hours kReadAgain{24};

  explicit EventSealer(Ledger& ledger) : oversight_{ledger.oversight()} {}

  void written();  // this process changed the ledger, or may have
  // Links now what is not linked yet.
  [[nodiscard]] Result<void> seal();

  // Seals at its start and then what is written, once a second at most; while nothing is, it asks
  // the ledger nothing.  It reads the chain on, checks it, and logs its head at the start and every
  // kReadAgain, when it reads all of it again.  A broken chain is logged as an error each time.
  void run(const std::stop_token& stop, const Clock& clock);

  // One step of that.
  [[nodiscard]] Result<void> tend(Instant now);

  // For monitoring.
  struct Seen {
    std::uint64_t sealed;    // by this process
    std::uint64_t position;  // the last that was read
    bool broken;
  };
  [[nodiscard]] Seen seen() const { return {sealed_, position_, broken_}; }

 private:
  [[nodiscard]] Result<std::size_t> link();
  [[nodiscard]] Result<void> read_on();
  void log_head() const;

  Oversight& oversight_;
  std::atomic<std::uint64_t> sealed_ = 0;
  std::atomic<std::uint64_t> position_ = 0;
  std::atomic<bool> broken_ = false;

  std::mutex mutex_;
  std::condition_variable_any news_;
  bool written_ = true;  // what an earlier run left

  // run()'s own.
  std::optional<Instant> read_all_at_;
  Chain chain_;
};

}  // namespace peerlab::gateway

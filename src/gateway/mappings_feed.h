// What agents are told about who holds what, and waiting until it is something else.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "gateway/if_none_match.h"
#include "ledger/ledger.h"

namespace peerlab::gateway {

// GET /service/mappings as it is sent: right from `from` until the next lease begins or ends, while
// the ledger keeps its version.
struct MappingsPicture {
  std::string body;
  std::string etag;  // of the body alone: what is in force at the instant, however it came about
  std::uint64_t version;
  Instant from;
  std::optional<Instant> until;
  [[nodiscard]] bool holds(std::uint64_t ledger_version, Instant now) const {
    return version == ledger_version && from <= now && (!until || now < *until);
  }
};

// Any thread.  The picture is made once for all who ask while it holds.
class MappingsFeed {
 public:
  static constexpr std::chrono::seconds kLongestWait{60};
  // More are answered at once: each keeps a thread of the server, and members need some.
  static constexpr int kWaitersMost = 64;

  // `issuer` is that of the mappings' provider ids.
  MappingsFeed(const Ledger& ledger, const Clock& clock, std::string issuer)
      : ledger_{ledger}, clock_{clock}, issuer_{std::move(issuer)} {}

  [[nodiscard]] Result<std::shared_ptr<const MappingsPicture>> at(Instant now);

  // The first picture from `now` on that `known` does not name, or the latest once `patience` is
  // over or the feed was stopped.  A lease that begins or ends, and what another process writes, is
  // seen within 200 ms; what this one writes at once, where it says so.
  [[nodiscard]] Result<std::shared_ptr<const MappingsPicture>> other_than(
      const IfNoneMatch& known, Instant now, std::chrono::seconds patience);

  void written();  // this process wrote to the ledger, or may have
  void stop();     // nobody waits any longer, nor ever again

 private:
  using Steady = std::chrono::steady_clock;
  [[nodiscard]] Result<MappingsPicture> make(std::uint64_t version, Instant now) const;
  [[nodiscard]] std::uint64_t writes();
  [[nodiscard]] bool rest(std::uint64_t writes_seen, Steady::time_point end);

  const Ledger& ledger_;
  const Clock& clock_;
  const std::string issuer_;
  std::atomic<int> waiting_ = 0;

  std::mutex picture_mutex_;
  std::shared_ptr<const MappingsPicture> picture_;

  std::mutex news_mutex_;
  std::condition_variable news_;
  std::uint64_t writes_ = 0;
  bool stopped_ = false;
};

}  // namespace peerlab::gateway

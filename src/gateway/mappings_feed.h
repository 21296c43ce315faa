// What agents are told about who holds what, and waiting until it is something else.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "gateway/if_none_match.h"
#include "gateway/mapping_of.h"
#include "ledger/ledger.h"

namespace peerlab::gateway {

struct MappingsVersion {
  std::uint64_t ledger;
  std::uint64_t emails;
  bool operator==(const MappingsVersion&) const = default;
};

// GET /service/mappings as it is sent: right from `from` until the next lease begins or ends or the
// next e-mail grows old, while ledger and e-mails keep their versions.
struct MappingsPicture {
  std::string body;
  std::string etag;  // of the body alone: what is in force at the instant, however it came about
  MappingsVersion version;
  Instant from;
  std::optional<Instant> until;
  [[nodiscard]] bool holds(const MappingsVersion& current, Instant now) const {
    return version == current && from <= now && (!until || now < *until);
  }
};

// Any thread.  The picture is made once for all who ask while it holds.
class MappingsFeed {
 public:
  static constexpr std::chrono::seconds kLongestWait{60};
  // More are answered at once: each keeps a thread of the server, and members need some.
  static constexpr int kWaitersMost = 64;

  MappingsFeed(const Ledger& ledger, const Clock& clock, MappingSources sources)
      : ledger_{ledger}, clock_{clock}, sources_{std::move(sources)} {}

  [[nodiscard]] Result<std::shared_ptr<const MappingsPicture>> at(Instant now);

  // The first picture from `now` on that `known` does not name, or the latest once `patience` is
  // over or the feed was stopped.  A lease that begins or ends, and what another process writes, is
  // seen within 200 ms; what this one writes at once, where it says so.
  [[nodiscard]] Result<std::shared_ptr<const MappingsPicture>> other_than(
      const IfNoneMatch& known, Instant now, std::chrono::seconds patience);

  void written();  // this process wrote to the ledger, or may have, or e-mails were published
  void stop();     // nobody waits any longer, nor ever again

  [[nodiscard]] const MappingSources& sources() const { return sources_; }

 private:
  using Steady = std::chrono::steady_clock;
  [[nodiscard]] Result<MappingsPicture> make(const MappingsVersion& version, Instant now) const;
  [[nodiscard]] std::uint64_t writes();
  [[nodiscard]] bool rest(std::uint64_t writes_seen, Steady::time_point end);

  const Ledger& ledger_;
  const Clock& clock_;
  const MappingSources sources_;
  std::atomic<int> waiting_ = 0;

  std::mutex picture_mutex_;
  std::shared_ptr<const MappingsPicture> picture_;

  std::mutex news_mutex_;
  std::condition_variable news_;
  std::uint64_t writes_ = 0;
  bool stopped_ = false;
};

}  // namespace peerlab::gateway

// Keeps what routers hear of ROAs at what the ledger says.
#pragma once

#include <optional>
#include <stop_token>
#include <vector>

#include "gateway/news.h"
#include "gateway/tally.h"
#include "ledger/ledger.h"
#include "rpki/roa_publisher.h"

namespace peerlab::gateway {

// A ROA for every lease in force whose holder wants one and is not suspended.  One thread.
class RoaKeeper {
 public:
  // What is published is said again so often: stayrtr takes an old file for a dead gateway.
  static constexpr std::chrono::hours kSaidAgain{1};

  // `origin` is who the world hears members' prefixes from: the platform.  `news` knows without
  // asking whether anybody wrote, where it can.  All of them outlive it.
  RoaKeeper(const Ledger& ledger, News& news, rpki::RoaPublisher& publisher, Asn origin,
            Tally& tally)
      : ledger_{ledger}, news_{news}, publisher_{publisher}, origin_{origin}, tally_{tally} {}

  // One look: publishes where something else is in force, or the last time failed.
  [[nodiscard]] Result<void> tend(Instant now);

  // Looks until it is told to stop; members wait for none of it.  What fails is tried again every
  // second, and logged when it begins and when it is over.
  void run(const std::stop_token& stop, const Clock& clock);

 private:
  struct Published {
    std::vector<rpki::Roa> roas;
    Instant at;
  };
  struct Seen {
    std::uint64_t version;
    Instant from;
    std::optional<Instant> until;  // when a lease begins or ends next
  };
  [[nodiscard]] bool nothing_is_new(std::uint64_t version, Instant now) const;
  [[nodiscard]] Result<std::vector<rpki::Roa>> roas_at(Instant now) const;

  const Ledger& ledger_;
  News& news_;
  rpki::RoaPublisher& publisher_;
  const Asn origin_;
  Tally& tally_;
  std::optional<Published> published_;  // what routers were told last
  std::optional<Seen> seen_;
};

}  // namespace peerlab::gateway

// How every store spells the domain in its columns: integers have a sign and 64 bits.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "base/seal.h"
#include "ledger/ledger.h"

namespace peerlab::stored {

[[nodiscard]] inline std::int64_t seconds_of(Instant instant) {
  return instant.time_since_epoch().count();
}
[[nodiscard]] inline Instant instant_of(std::int64_t seconds) {
  return Instant{std::chrono::seconds{seconds}};
}
[[nodiscard]] inline std::int64_t number_of(const Prefix48& prefix) {
  return static_cast<std::int64_t>(prefix.network());
}
[[nodiscard]] inline Prefix48 prefix_of(std::int64_t network) {
  return Prefix48::from_network(static_cast<std::uint64_t>(network));
}
// What is above all of them is the greatest.
[[nodiscard]] inline std::int64_t clamped(std::uint64_t number) {
  constexpr std::uint64_t kGreatest = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::min(number, kGreatest));
}

// Nothing was done.
[[nodiscard]] Failure unusable(std::string cause);
// Done or not: nobody knows.
[[nodiscard]] Failure unconfirmed(std::string cause);

// One member as it is stored, with its leases in force.
struct MemberRow {
  MemberRecord record;
  std::string sealed_subject;  // empty: forgotten
};

// The same as routers see it.
[[nodiscard]] Result<HoldingMember> seen_by_routers(MemberRow member, const Seal& seal);

}  // namespace peerlab::stored

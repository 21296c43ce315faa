// GET /operator/pools, both ends.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace peerlab::wire {

struct PoolState {
  std::string name;
  std::uint64_t size = 0;  // /48s
  std::uint64_t leased = 0;
  std::uint64_t resting = 0;  // ended so lately that others wait for them
  std::uint64_t free = 0;
  std::optional<Instant> next_frees_at = {};  // nullopt: something is free now
  std::uint64_t waiting = 0;                  // members in its line
};

struct Pools {
  std::uint64_t asns = 0;           // of the range that is handed out
  std::uint64_t asns_assigned = 0;  // of them, for good
  std::vector<PoolState> pools = {};
};
[[nodiscard]] std::string encode(const Pools& pools);
[[nodiscard]] Result<Pools> parse_pools(std::string_view text);

}  // namespace peerlab::wire

// A place in the line of a pool that has nothing free: in the refusal, and in what a member reads
// about itself.
#pragma once

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <optional>

#include "base/clock.h"

namespace peerlab::wire {

struct LinePlace {
  std::uint64_t place = 1;              // 1: next
  std::uint64_t waiting = 1;            // in the line altogether
  Instant kept_until;                   // who has not asked again before then has lost it
  std::optional<Instant> turn_at = {};  // as far as is known
  bool operator==(const LinePlace&) const = default;
};

// Adds `place`, `waiting`, `kept_until`, `turn_at`.
void put_place(boost::json::object& object, const LinePlace& place);
// Of these; Unprocessable, naming the member, where one is missing or of another type.
[[nodiscard]] Result<LinePlace> place_in(const boost::json::object& object);

}  // namespace peerlab::wire

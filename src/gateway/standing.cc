#include "gateway/standing.h"

#include <fmt/format.h>

#include "base/text.h"

namespace peerlab::gateway {

Result<std::optional<Place>> standing_in(const PrefixPool& pool, const UserHash& user,
                                         const Services& services, Instant now) {
  AllocationRules rules = services.offer.rules;
  rules.pool = pool;
  return services.ledger.place_of(user, rules, now);
}

std::optional<Place> first_turn(const std::vector<const PrefixPool*>& pools, const UserHash& user,
                                const Call& call) {
  const auto turn = [](const Place& place) { return place.turn.value_or(Instant::max()); };
  std::optional<Place> first;
  for (const PrefixPool* const pool : pools) {
    const auto place = standing_in(*pool, user, call.services, call.now);
    if (!place || !*place) continue;
    if (!first || turn(**place) < turn(*first)) first = **place;
  }
  return first;
}

wire::LinePlace spelled(const Place& place) {
  return {place.place, place.waiting, place.kept_until, place.turn};
}

std::string told(const Place& place, const std::optional<Instant>& frees_at) {
  std::string text = fmt::format("every /48 is taken: you are {} in line of {}",
                                 ordinal(place.place), place.waiting);
  if (frees_at) text += fmt::format("; the next one frees at {}", rfc3339(*frees_at));
  if (place.turn && place.turn != frees_at) {
    text += fmt::format(", and yours should at {}", rfc3339(*place.turn));
  }
  return text +
         fmt::format("; ask again before {}, or your place is given up", rfc3339(place.kept_until));
}

}  // namespace peerlab::gateway

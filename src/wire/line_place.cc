#include "wire/line_place.h"

#include <boost/json.hpp>

#include "wire/fields.h"
#include "wire/rows.h"

namespace peerlab::wire {

namespace json = boost::json;

void put_place(json::object& object, const LinePlace& place) {
  object["place"] = place.place;
  object["waiting"] = place.waiting;
  object["kept_until"] = rfc3339(place.kept_until);
  object["turn_at"] = nullptr;
  if (place.turn_at) object["turn_at"] = rfc3339(*place.turn_at);
}

Result<LinePlace> place_in(const json::object& object) {
  const Result<std::uint64_t> place = position_at(object, "place");
  if (!place) return fail(place.error());
  const Result<std::uint64_t> waiting = position_at(object, "waiting");
  if (!waiting) return fail(waiting.error());
  const Result<Instant> kept_until = time_at(object, "kept_until");
  if (!kept_until) return fail(kept_until.error());
  LinePlace read{*place, *waiting, *kept_until};
  if (present(object, "turn_at") != nullptr) {
    const Result<Instant> turn_at = time_at(object, "turn_at");
    if (!turn_at) return fail(turn_at.error());
    read.turn_at = *turn_at;
  }
  return read;
}

}  // namespace peerlab::wire

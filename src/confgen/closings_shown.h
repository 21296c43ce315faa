// Closed sessions as `status` shows them.
#pragma once

#include <boost/json/fwd.hpp>
#include <iosfwd>

#include "confgen/closings.h"

namespace peerlab::confgen {

// Who is closed at `now`, and who was and is not forgotten.
void print_closings(std::ostream& out, const Closings& closings, Instant now);
[[nodiscard]] boost::json::array closings_as_json(const Closings& closings, Instant now);

}  // namespace peerlab::confgen

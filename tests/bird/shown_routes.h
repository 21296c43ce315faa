// What `show route all` says, read back.
#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <vector>

#include "domain/route.h"

namespace peerlab::bird {

struct ShownRoute {
  std::string protocol;
  Route route;
};

[[nodiscard]] std::vector<ShownRoute> shown_routes(std::string_view text);

}  // namespace peerlab::bird

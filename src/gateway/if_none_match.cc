#include "gateway/if_none_match.h"

#include <algorithm>

#include "base/text.h"

namespace peerlab::gateway {

bool IfNoneMatch::names(std::string_view etag) const {
  const auto listed = split(field_, ',');
  return std::any_of(listed.begin(), listed.end(), [&](std::string_view one) {
    one = trim(one);
    if (one.starts_with("W/")) one.remove_prefix(2);
    return one == "*" || one == etag;
  });
}

bool IfNoneMatch::names_every() const {
  const auto listed = split(field_, ',');
  return std::any_of(listed.begin(), listed.end(),
                     [](std::string_view one) { return trim(one) == "*"; });
}

}  // namespace peerlab::gateway

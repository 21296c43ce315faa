#include "domain/overlay_address.h"

#include <fmt/format.h>

namespace peerlab {

template <class Address>
Result<Address> overlay_address(std::string_view text) {
  Result<Address> address = Address::parse(text);
  if (!address || address->in_overlay()) return address;
  return fail(
      ErrorKind::OutOfRange,
      fmt::format("{} is outside the overlay, 100.64.0.0/10 and fd7a:115c:a1e0::/48", text));
}

template Result<Ipv4> overlay_address<Ipv4>(std::string_view text);
template Result<Ipv6> overlay_address<Ipv6>(std::string_view text);

}  // namespace peerlab

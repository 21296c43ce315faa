#pragma once

#include <string_view>

#include "domain/address.h"

namespace peerlab {

// An address of the overlay, of either family: Ipv4 or Ipv6.  OutOfRange outside it.
template <class Address>
[[nodiscard]] Result<Address> overlay_address(std::string_view text);

extern template Result<Ipv4> overlay_address<Ipv4>(std::string_view text);
extern template Result<Ipv6> overlay_address<Ipv6>(std::string_view text);

}  // namespace peerlab

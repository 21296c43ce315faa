// Whose address a request comes from, where proxies stand in front.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/ipv6_prefix.h"
#include "http/request.h"

namespace peerlab::gateway {

// "10.0.0.0/8", "2001:db8::/32", or one address.  IPv4 is kept as ::ffff:0:0/96 (RFC
// 4291, 2.5.5.2).
[[nodiscard]] Result<Ipv6Prefix> parse_address_block(std::string_view text);

// The one field in which they say for whom they ask.  A field that they pass on as it came, as
// Caddy does with Forwarded, would be the client's own word.
enum class ProxyField { XForwardedFor, Forwarded };

struct TrustedProxies {
  std::vector<Ipv6Prefix> blocks = {};  // as parse_address_block has them; none: nobody is believed
  ProxyField field = ProxyField::XForwardedFor;
};

// The peer; where that is a trusted proxy, the last address in its field that is none of them. What
// is no address in there ends the search: the proxy that wrote it counts.
[[nodiscard]] Ipv6 client_address(const http::Request& request, const TrustedProxies& proxies);

// Who shares an allowance: an IPv4 address, and a whole /64 of IPv6, since its hosts choose the
// rest.
[[nodiscard]] std::string address_owner(const Ipv6& address);

}  // namespace peerlab::gateway

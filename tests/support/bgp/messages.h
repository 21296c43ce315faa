// BGP on the wire, as bytes that a test may bend: what honest daemons never send can be spelled
// here.  Nothing checks that it makes sense.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/ipv6_prefix.h"

namespace peerlab::testing_support::bgp {

using Bytes = std::string;
using Asns = std::vector<std::uint32_t>;

enum class Kind : std::uint8_t { Open = 1, Update, Notification, Keepalive, RouteRefresh };

[[nodiscard]] Bytes u8(std::uint32_t number);
[[nodiscard]] Bytes u16(std::uint32_t number);
[[nodiscard]] Bytes u32(std::uint32_t number);

// With the marker and a length of our own counting.
[[nodiscard]] Bytes message(Kind kind, std::string_view body);

[[nodiscard]] Bytes capability(std::uint8_t code, std::string_view value);
[[nodiscard]] Bytes ipv6_unicast();                  // RFC 4760
[[nodiscard]] Bytes four_octets(std::uint32_t asn);  // RFC 6793
// RFC 4724: seconds in 12 bits; says that IPv6 forwarding state was kept.
[[nodiscard]] Bytes graceful_restart(std::uint16_t seconds);

struct Open {
  std::uint32_t asn = 0;
  std::uint16_t hold_time = 240;
  std::uint32_t router_id = 0x0a000001;
  Bytes capabilities = ipv6_unicast();  // four_octets(asn) comes by itself
};
[[nodiscard]] Bytes open(const Open& open);

// --- path attributes, RFC 4271 ------------------------------------------------------------------

inline constexpr std::uint8_t kWellKnown = 0x40, kOptional = 0x80, kOptionalTransitive = 0xc0;
enum class Segment : std::uint8_t { Set = 1, Sequence, ConfederationSequence, ConfederationSet };

[[nodiscard]] Bytes attribute(std::uint8_t flags, std::uint8_t type, std::string_view value);
[[nodiscard]] Bytes segment(Segment kind, const Asns& asns);  // at most 255 ASNs
[[nodiscard]] Bytes path_of(std::string_view segments);       // AS_PATH
[[nodiscard]] Bytes path(const Asns& asns);                   // one sequence, or several if long
[[nodiscard]] Bytes origin(std::uint8_t origin);              // 0 IGP
[[nodiscard]] Bytes reach(const std::vector<Ipv6Prefix>& prefixes, const Ipv6& next_hop);
[[nodiscard]] Bytes unreach(const std::vector<Ipv6Prefix>& prefixes);

[[nodiscard]] std::string text_of(const Asns& asns);  // "65000 65001", for a test's complaint

[[nodiscard]] Bytes update(std::string_view attributes);
// What an honest router sends; `more` are further attributes.
[[nodiscard]] Bytes announcement(const Ipv6Prefix& prefix, const Asns& asns, const Ipv6& next_hop,
                                 std::string_view more = {});

}  // namespace peerlab::testing_support::bgp

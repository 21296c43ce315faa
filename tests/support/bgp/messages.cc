#include "tests/support/bgp/messages.h"

#include <algorithm>

namespace peerlab::testing_support::bgp {
namespace {

constexpr std::uint32_t kAsTrans = 23456;
const Bytes kIpv6Unicast{"\x00\x02\x01", 3};

Bytes big_endian(std::uint32_t number, unsigned octets) {
  Bytes bytes;
  while (octets-- > 0) bytes.push_back(static_cast<char>(number >> (8 * octets)));
  return bytes;
}

Bytes octets_of(const Ipv6& address) { return {address.bytes().begin(), address.bytes().end()}; }

Bytes nlri(const std::vector<Ipv6Prefix>& prefixes) {
  Bytes bytes;
  for (const Ipv6Prefix& prefix : prefixes) {
    bytes += u8(prefix.length()) + octets_of(prefix.network()).substr(0, (prefix.length() + 7) / 8);
  }
  return bytes;
}

}  // namespace

Bytes u8(std::uint32_t number) { return big_endian(number, 1); }
Bytes u16(std::uint32_t number) { return big_endian(number, 2); }
Bytes u32(std::uint32_t number) { return big_endian(number, 4); }

namespace {

Bytes with_size16(std::string_view bytes) {
  return u16(static_cast<std::uint32_t>(bytes.size())).append(bytes);
}
Bytes with_size8(std::string_view bytes) {
  return u8(static_cast<std::uint32_t>(bytes.size())).append(bytes);
}

}  // namespace

Bytes message(Kind kind, std::string_view body) {
  constexpr std::size_t kHeader = 19;
  return Bytes(16, '\xff')
      .append(u16(static_cast<std::uint32_t>(kHeader + body.size())))
      .append(u8(static_cast<std::uint8_t>(kind)))
      .append(body);
}

Bytes capability(std::uint8_t code, std::string_view value) { return u8(code) + with_size8(value); }
Bytes ipv6_unicast() { return capability(1, Bytes{"\x00\x02\x00\x01", 4}); }
Bytes four_octets(std::uint32_t asn) { return capability(65, u32(asn)); }
Bytes graceful_restart(std::uint16_t seconds) {
  return capability(64, u16(seconds) + kIpv6Unicast + "\x80");
}

Bytes open(const Open& open) {
  const Bytes capabilities = open.capabilities + four_octets(open.asn);
  const Bytes parameters = u8(2) + with_size8(capabilities);
  const std::uint32_t short_asn = open.asn > 0xffff ? kAsTrans : open.asn;
  return message(Kind::Open, u8(4) + u16(short_asn) + u16(open.hold_time) + u32(open.router_id) +
                                 with_size8(parameters));
}

Bytes attribute(std::uint8_t flags, std::uint8_t type, std::string_view value) {
  constexpr std::uint8_t kExtendedLength = 0x10;
  if (value.size() < 256) return u8(flags) + u8(type) + with_size8(value);
  return u8(flags | kExtendedLength) + u8(type) + with_size16(value);
}

Bytes segment(Segment kind, const Asns& asns) {
  Bytes bytes = u8(static_cast<std::uint8_t>(kind)) + u8(static_cast<std::uint32_t>(asns.size()));
  for (const std::uint32_t asn : asns) bytes += u32(asn);
  return bytes;
}

Bytes path_of(std::string_view segments) { return attribute(kWellKnown, 2, segments); }

Bytes path(const Asns& asns) {
  constexpr std::ptrdiff_t kMost = 255;
  Bytes segments;
  for (auto next = asns.begin(); next != asns.end();) {
    const auto end = next + std::min(kMost, asns.end() - next);
    segments += segment(Segment::Sequence, {next, end});
    next = end;
  }
  return path_of(segments);
}

Bytes origin(std::uint8_t origin) { return attribute(kWellKnown, 1, u8(origin)); }

Bytes reach(const std::vector<Ipv6Prefix>& prefixes, const Ipv6& next_hop) {
  return attribute(kOptional, 14,
                   kIpv6Unicast + with_size8(octets_of(next_hop)) + u8(0) + nlri(prefixes));
}

Bytes unreach(const std::vector<Ipv6Prefix>& prefixes) {
  return attribute(kOptional, 15, kIpv6Unicast + nlri(prefixes));
}

std::string text_of(const Asns& asns) {
  std::string text;
  for (const std::uint32_t asn : asns) text += (text.empty() ? "" : " ") + std::to_string(asn);
  return text;
}

Bytes update(std::string_view attributes) {
  return message(Kind::Update, u16(0) + with_size16(attributes));
}

Bytes announcement(const Ipv6Prefix& prefix, const Asns& asns, const Ipv6& next_hop,
                   std::string_view more) {
  return update(reach({prefix}, next_hop).append(origin(0)).append(path(asns)).append(more));
}

}  // namespace peerlab::testing_support::bgp

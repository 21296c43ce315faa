#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "domain/ipv6_prefix.h"

namespace peerlab {

// What a member leases: an IPv6 prefix of length 48, by type.
class Prefix48 {
 public:
  // Refuses host bits and other lengths; never rounds, since rounding would give two members one
  // /48.
  static Result<Prefix48> parse(std::string_view text);
  static Result<Prefix48> make(const Ipv6Prefix& prefix);
  // The first /48 within a block of length 48 or less.
  static Prefix48 first_of(const Ipv6Prefix& block);
  // `network` is the upper 48 bits, right-aligned; higher bits must be zero.
  static constexpr Prefix48 from_network(std::uint64_t network) {
    return Prefix48{network & 0xFFFF'FFFF'FFFFU};
  }

  [[nodiscard]] constexpr std::uint64_t network() const { return network_; }
  [[nodiscard]] Ipv6 first_address() const;             // its ::, the network address
  [[nodiscard]] Ipv6 host(std::uint16_t number) const;  // its ::number
  [[nodiscard]] Ipv6Prefix prefix() const;
  [[nodiscard]] std::string text() const;  // RFC 5952
  auto operator<=>(const Prefix48&) const = default;

 private:
  explicit constexpr Prefix48(std::uint64_t network) : network_{network} {}
  std::uint64_t network_;  // a host bit has nowhere to live
};

}  // namespace peerlab

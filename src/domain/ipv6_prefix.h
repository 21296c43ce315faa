#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "domain/address.h"

namespace peerlab {

// An IPv6 prefix of any length; its host bits are zero.
class Ipv6Prefix {
 public:
  static Result<Ipv6Prefix> make(const Ipv6& network, unsigned length);  // refuses host bits
  static Result<Ipv6Prefix> parse(std::string_view text);  // refuses host bits, never rounds
  // The prefix of this length that holds the address: the one place where bits are cut off, by
  // name.
  static Ipv6Prefix containing(const Ipv6& address, unsigned length);

  [[nodiscard]] const Ipv6& network() const { return network_; }
  [[nodiscard]] unsigned length() const { return length_; }
  [[nodiscard]] bool contains(const Ipv6& address) const;
  [[nodiscard]] bool contains(const Ipv6Prefix& other) const;  // itself or a more specific one
  [[nodiscard]] bool overlaps(const Ipv6Prefix& other) const;
  [[nodiscard]] std::string text() const;  // RFC 5952
  auto operator<=>(const Ipv6Prefix&) const = default;

 private:
  constexpr Ipv6Prefix(const Ipv6& network, unsigned length) : network_{network}, length_{length} {}
  Ipv6 network_;
  unsigned length_;
};

}  // namespace peerlab

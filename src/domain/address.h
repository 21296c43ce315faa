// IP addresses as values.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace peerlab {

class Ipv4 {
 public:
  static Result<Ipv4> parse(std::string_view text);  // dotted quad, no leading zeros
  static constexpr Ipv4 from_number(std::uint32_t number) { return Ipv4{number}; }

  [[nodiscard]] constexpr std::uint32_t number() const { return number_; }  // host byte order
  [[nodiscard]] std::string text() const;
  [[nodiscard]] bool in_overlay()
      const;  // 100.64.0.0/10 (RFC 6598), where Headscale numbers its nodes
  auto operator<=>(const Ipv4&) const = default;

 private:
  explicit constexpr Ipv4(std::uint32_t number) : number_{number} {}
  std::uint32_t number_;
};

class Ipv6 {
 public:
  using Bytes = std::array<std::uint8_t, 16>;  // network byte order

  static Result<Ipv6> parse(std::string_view text);  // RFC 4291; no zone, no v4-mapped dotted form
  static constexpr Ipv6 from_bytes(const Bytes& bytes) { return Ipv6{bytes}; }

  [[nodiscard]] constexpr const Bytes& bytes() const { return bytes_; }
  [[nodiscard]] std::string text() const;  // RFC 5952
  [[nodiscard]] bool in_overlay() const;   // fd7a:115c:a1e0::/48, Tailscale's own ULA
  auto operator<=>(const Ipv6&) const = default;

 private:
  explicit constexpr Ipv6(const Bytes& bytes) : bytes_{bytes} {}
  Bytes bytes_;
};

}  // namespace peerlab

#include "domain/ipv6_prefix.h"

#include <fmt/format.h>

#include "base/text.h"

namespace peerlab {
namespace {

Ipv6 cut(const Ipv6& address, unsigned length) {
  Ipv6::Bytes bytes = address.bytes();
  for (unsigned i = 0; i < bytes.size(); ++i) {
    const unsigned kept = length <= 8 * i ? 0 : std::min(8U, length - 8 * i);
    bytes[i] = static_cast<std::uint8_t>(bytes[i] & (0xFF00U >> kept));
  }
  return Ipv6::from_bytes(bytes);
}

}  // namespace

Result<Ipv6Prefix> Ipv6Prefix::make(const Ipv6& network, unsigned length) {
  if (length > 128) {
    return fail(ErrorKind::Malformed, fmt::format("an IPv6 prefix has no length /{}", length));
  }
  if (cut(network, length) != network) {
    return fail(ErrorKind::Malformed,
                fmt::format("{}/{} has host bits set: did you mean {}/{}?", network.text(), length,
                            cut(network, length).text(), length));
  }
  return Ipv6Prefix{network, length};
}

Result<Ipv6Prefix> Ipv6Prefix::parse(std::string_view text) {
  const auto [address, length] = split_once(text, '/');
  const Result<Ipv6> network = Ipv6::parse(address);
  // "/048" and "/+48" are no lengths: one prefix has one spelling of it.
  const bool plain =
      !length.empty() && length.size() <= 3 && (length.size() == 1 || length[0] != '0');
  const auto bits = plain ? parse_decimal<unsigned>(length) : std::nullopt;
  if (!network || !bits) {
    return fail(
        ErrorKind::Malformed,
        fmt::format("'{}' is no IPv6 prefix: write it as 2001:db8:1000::/48", printable(text)));
  }
  return make(*network, *bits);
}

Ipv6Prefix Ipv6Prefix::containing(const Ipv6& address, unsigned length) {
  const unsigned bits = std::min(length, 128U);
  return Ipv6Prefix{cut(address, bits), bits};
}

bool Ipv6Prefix::contains(const Ipv6& address) const { return cut(address, length_) == network_; }

bool Ipv6Prefix::contains(const Ipv6Prefix& other) const {
  return other.length_ >= length_ && contains(other.network_);
}

bool Ipv6Prefix::overlaps(const Ipv6Prefix& other) const {
  return contains(other) || other.contains(*this);
}

std::string Ipv6Prefix::text() const { return fmt::format("{}/{}", network_.text(), length_); }

}  // namespace peerlab

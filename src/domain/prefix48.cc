#include "domain/prefix48.h"

#include <fmt/format.h>

#include "base/text.h"

namespace peerlab {
namespace {

Ipv6 address_of(std::uint64_t network, std::uint16_t host) {
  Ipv6::Bytes bytes{};
  for (unsigned i = 0; i < 6; ++i) {
    bytes[i] = static_cast<std::uint8_t>(network >> (8U * (5U - i)));
  }
  bytes[14] = static_cast<std::uint8_t>(host >> 8U);
  bytes[15] = static_cast<std::uint8_t>(host);
  return Ipv6::from_bytes(bytes);
}

}  // namespace

Prefix48 Prefix48::first_of(const Ipv6Prefix& block) {
  std::uint64_t network = 0;
  for (unsigned i = 0; i < 6; ++i) network = network << 8U | block.network().bytes()[i];
  return from_network(network);
}

Result<Prefix48> Prefix48::make(const Ipv6Prefix& prefix) {
  if (prefix.length() != 48) {
    return fail(ErrorKind::Malformed,
                fmt::format("{} is a /{}: leases are /48", prefix.text(), prefix.length()));
  }
  return first_of(prefix);
}

Result<Prefix48> Prefix48::parse(std::string_view text) {
  const auto [address, length] = split_once(text, '/');
  const Result<Ipv6> network = Ipv6::parse(address);
  const bool host_bits = network && length == "48" && !Ipv6Prefix::make(*network, 48);
  if (host_bits) {
    return fail(ErrorKind::Malformed,
                fmt::format("{} has host bits set: did you mean {}, or a wider pool?",
                            printable(text), Ipv6Prefix::containing(*network, 48).text()));
  }
  const Result<Ipv6Prefix> prefix = Ipv6Prefix::parse(text);
  return prefix ? make(*prefix) : fail(prefix.error());
}

Ipv6 Prefix48::first_address() const { return address_of(network_, 0); }

Ipv6 Prefix48::host(std::uint16_t number) const { return address_of(network_, number); }

Ipv6Prefix Prefix48::prefix() const { return Ipv6Prefix::containing(first_address(), 48); }

std::string Prefix48::text() const { return prefix().text(); }

}  // namespace peerlab

#include "domain/address.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include "base/text.h"

namespace peerlab {

Result<Ipv4> Ipv4::parse(std::string_view text) {
  in_addr address{};
  const std::string terminated{text};
  if (terminated.find('\0') == std::string::npos &&
      ::inet_pton(AF_INET, terminated.c_str(), &address) == 1) {
    return Ipv4{ntohl(address.s_addr)};
  }
  return fail(ErrorKind::Malformed, fmt::format("'{}' is no IPv4 address", printable(text)));
}

std::string Ipv4::text() const {
  return fmt::format("{}.{}.{}.{}", number_ >> 24U, (number_ >> 16U) & 255U, (number_ >> 8U) & 255U,
                     number_ & 255U);
}

bool Ipv4::in_overlay() const { return (number_ >> 22U) == (0x64400000U >> 22U); }

Result<Ipv6> Ipv6::parse(std::string_view text) {
  in6_addr address{};
  const std::string terminated{text};
  if (text.find_first_not_of("0123456789abcdefABCDEF:") == std::string_view::npos &&
      ::inet_pton(AF_INET6, terminated.c_str(), &address) == 1) {
    Bytes bytes{};
    std::copy(std::begin(address.s6_addr), std::end(address.s6_addr), bytes.begin());
    return Ipv6{bytes};
  }
  return fail(ErrorKind::Malformed, fmt::format("'{}' is no IPv6 address", printable(text)));
}

namespace {

struct Run {
  std::size_t begin = 8;
  std::size_t length = 0;
};

// The first longest run of two or more zero groups: what RFC 5952 writes as "::".
Run longest_zero_run(const std::array<unsigned, 8>& groups) {
  Run best;
  for (std::size_t i = 0; i < 8;) {
    std::size_t end = i;
    while (end < 8 && groups[end] == 0) ++end;
    if (end - i > best.length && end - i >= 2) best = {i, end - i};
    i = end == i ? i + 1 : end;
  }
  return best;
}

}  // namespace

std::string Ipv6::text() const {
  std::array<unsigned, 8> groups{};
  for (std::size_t i = 0; i < 8; ++i) groups[i] = bytes_[2 * i] * 256U + bytes_[2 * i + 1];
  const Run zeros = longest_zero_run(groups);
  std::string text;
  for (std::size_t i = 0; i < 8;) {
    if (i == zeros.begin) {
      text += "::";
      i += zeros.length;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    text += fmt::format("{:x}", groups[i++]);
  }
  return text;
}

bool Ipv6::in_overlay() const {
  return bytes_[0] == 0xfd && bytes_[1] == 0x7a && bytes_[2] == 0x11 && bytes_[3] == 0x5c &&
         bytes_[4] == 0xa1 && bytes_[5] == 0xe0;
}

}  // namespace peerlab

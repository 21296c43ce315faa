#include "gateway/client_address.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace peerlab::gateway {
namespace {

const Ipv6Prefix& mapped_block() {
  static const Ipv6Prefix block = Ipv6Prefix::make(*Ipv6::parse("::ffff:0:0"), 96).value();
  return block;
}

Ipv6 mapped(const Ipv4& address) {
  Ipv6::Bytes bytes = mapped_block().network().bytes();
  for (unsigned i = 0; i < 4; ++i) {
    bytes[12 + i] = static_cast<std::uint8_t>(address.number() >> (24 - 8 * i));
  }
  return Ipv6::from_bytes(bytes);
}

std::optional<Ipv6> any_address(std::string_view text) {
  if (const Result<Ipv4> four = Ipv4::parse(text)) return mapped(*four);
  const Result<Ipv6> six = Ipv6::parse(text);
  return six ? std::optional{*six} : std::nullopt;
}

// "192.0.2.1", "192.0.2.1:4711", "[2001:db8::1]:4711", "2001:db8::1".
std::optional<Ipv6> node_address(std::string_view node) {
  if (node.starts_with('[')) return any_address(split_once(node.substr(1), ']').first);
  const bool has_port = std::count(node.begin(), node.end(), ':') == 1;
  return any_address(has_port ? split_once(node, ':').first : node);
}

// The node of `for=` in one element of Forwarded (RFC 7239, 4); empty where it has none.
std::string_view forwarded_for(std::string_view element) {
  for (const std::string_view pair : split(element, ';')) {
    const auto [name, value] = split_once(trim(pair), '=');
    if (!http::equal_without_case(trim(name), "for")) continue;
    std::string_view node = trim(value);
    if (node.size() > 1 && node.starts_with('"') && node.ends_with('"')) {
      node = node.substr(1, node.size() - 2);
    }
    return node;
  }
  return {};
}

std::vector<std::string_view> hops(const http::Request& request, ProxyField field) {
  const bool standard = field == ProxyField::Forwarded;
  std::vector<std::string_view> nodes;
  for (const http::Header& header : request.headers) {
    if (!http::equal_without_case(header.name, standard ? "Forwarded" : "X-Forwarded-For")) {
      continue;
    }
    for (const std::string_view element : split(header.value, ',')) {
      nodes.push_back(standard ? forwarded_for(element) : trim(element));
    }
  }
  return nodes;
}

bool contain(const TrustedProxies& proxies, const Ipv6& address) {
  return std::ranges::any_of(proxies.blocks,
                             [&](const Ipv6Prefix& block) { return block.contains(address); });
}

}  // namespace

Result<Ipv6Prefix> parse_address_block(std::string_view text) {
  const auto [address_text, length_text] = split_once(text, '/');
  const std::optional<Ipv6> address = any_address(address_text);
  const bool four = Ipv4::parse(address_text).has_value();
  const unsigned bits = four ? 32 : 128;
  const bool one = text.find('/') == std::string_view::npos;
  const auto length = one ? std::optional{bits} : parse_decimal<unsigned>(length_text);
  if (!address || !length || *length > bits) {
    return fail(ErrorKind::Malformed,
                fmt::format("'{}' is neither an address nor a block of them: write it like "
                            "127.0.0.1, 10.0.0.0/8 or fd00::/8",
                            printable(text)));
  }
  const Result<Ipv6Prefix> block = Ipv6Prefix::make(*address, *length + 128 - bits);
  if (block) return block;
  return fail(ErrorKind::Malformed,
              fmt::format("'{}' has bits behind its length: write the first address of the block",
                          printable(text)));
}

Ipv6 client_address(const http::Request& request, const TrustedProxies& proxies) {
  Ipv6 client = any_address(request.remote_address).value_or(mapped(Ipv4::from_number(0)));
  if (!contain(proxies, client)) return client;
  const std::vector<std::string_view> nodes = hops(request, proxies.field);
  for (auto node = nodes.rbegin(); node != nodes.rend() && contain(proxies, client); ++node) {
    const std::optional<Ipv6> said = node_address(*node);
    if (!said) break;
    client = *said;
  }
  return client;
}

std::string address_owner(const Ipv6& address) {
  const std::size_t bytes = mapped_block().contains(address) ? 16 : 8;
  return {reinterpret_cast<const char*>(address.bytes().data()), bytes};
}

}  // namespace peerlab::gateway

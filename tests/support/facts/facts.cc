#include "tests/support/facts/facts.h"

namespace peerlab::testing_support {

Ipv4 overlay_ipv4(std::uint32_t node) { return Ipv4::from_number(0x64400000U + node); }

Ipv6 overlay_ipv6(std::uint32_t node) {
  Ipv6::Bytes bytes{0xfd, 0x7a, 0x11, 0x5c, 0xa1, 0xe0};
  bytes[14] = static_cast<std::uint8_t>(node >> 8U);
  bytes[15] = static_cast<std::uint8_t>(node);
  return Ipv6::from_bytes(bytes);
}

policy::Site small_site() {
  return {.name = *policy::Label::parse("ixpfra01"),
          .asn = *Asn::make(64500),
          .router_id = overlay_ipv4(1),
          .overlay_ipv4 = overlay_ipv4(1),
          .overlay_ipv6 = overlay_ipv6(1),
          .node_id = *NodeId::make(1),
          .pool = *PrefixPool::make({*Ipv6Prefix::parse("3fff:100::/40")}),
          .infrastructure = {*Ipv6Prefix::parse("3fff:200::/48")}};
}

LeasedPrefix leased(const std::string& prefix, Instant begin, std::chrono::seconds length) {
  return {*Prefix48::parse(prefix), LeaseWindow::starting(begin, length)};
}

Mapping member(const std::string& subject, std::uint32_t asn, std::vector<LeasedPrefix> leases) {
  return {.user = UserHash::of(*Subject::parse(subject)),
          .asn = *Asn::make(asn),
          .leases = std::move(leases),
          .provider_id = "https://issuer/" + subject};
}

Node machine(std::uint32_t number, const std::string& subject) {
  return {*NodeId::make(number),
          {.provider_id = "https://issuer/" + subject},
          {overlay_ipv4(number)},
          {overlay_ipv6(number)},
          std::nullopt};
}

policy::Rule rule(std::uint32_t node, const std::string& subject, std::uint32_t asn) {
  return {overlay_ipv4(node), *NodeId::make(node),
          *Asn::make(asn),    UserHash::of(*Subject::parse(subject)),
          overlay_ipv6(node), std::nullopt};
}

policy::LeaseRow row(const std::string& prefix, std::uint32_t asn) {
  return {*Prefix48::parse(prefix), *Asn::make(asn)};
}

}  // namespace peerlab::testing_support

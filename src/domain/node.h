// A machine on the overlay, as its controller (Headscale) knows it.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "domain/address.h"

namespace peerlab {

// Headscale's number of the node: the key of everything about it, since addresses and names are
// re-used (OVERLAY.md 3).
class NodeId {
 public:
  static Result<NodeId> make(
      std::uint64_t number);  // 1 .. 2^24-1: it is a VNI and 24 bits of a link prefix
  static Result<NodeId> parse(std::string_view text);
  [[nodiscard]] std::uint32_t number() const { return number_; }
  auto operator<=>(const NodeId&) const = default;

 private:
  explicit constexpr NodeId(std::uint32_t number) : number_{number} {}
  std::uint32_t number_;
};

struct NodeOwner {
  std::uint64_t user_id = 0;     // Headscale's number of the user
  std::string provider_id = {};  // `<issuer>/<sub>` as Headscale spells it; empty where it has none
  std::string email = {};        // verified, else empty
  bool operator==(const NodeOwner&) const = default;
};

// As the controller says it, so that policy::compile sees every address when it looks for
// contradictions; which one is the neighbour address, and whether there is exactly one, is
// compile's decision (POLICY.md 4, decided cases).
struct Node {
  NodeId id;
  NodeOwner owner;
  std::vector<Ipv4> ipv4;
  std::vector<Ipv6> ipv6;
  std::optional<Instant> expiry;  // nullopt: never
  [[nodiscard]] bool authorised(Instant now) const { return !expiry || now < *expiry; }
  bool operator==(const Node&) const = default;
};

}  // namespace peerlab

// One IXP server, as its operator describes it in site.toml.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/secret.h"
#include "domain/asn.h"
#include "domain/node.h"
#include "domain/prefix_pool.h"
#include "policy/change_budget.h"

namespace peerlab::policy {

// A word that may stand in a router's configuration: [a-z][a-z0-9_]{0,31}, never "peerlab..." since
// that is how the fixed part tells members' protocols from the world's.
class Label {
 public:
  static Result<Label> parse(std::string_view text);
  [[nodiscard]] const std::string& text() const { return text_; }
  auto operator<=>(const Label&) const = default;

 private:
  explicit Label(std::string text) : text_{std::move(text)} {}
  std::string text_;
};

// An upstream or a route server: a session toward the world.
struct WorldNeighbour {
  Label name;
  Asn asn;
  Ipv6 address;
  Ipv6 local_address;
  std::optional<Secret> password =
      {};  // TCP-MD5 (RFC 2385): 1..80 printable characters without quote or backslash
};

// A validator that tells public RPKI over RTR (RFC 8210).  What all of them tell together counts:
// BIRD keeps the rows of each, so none is preferred.
struct RtrServer {
  Label name;
  std::variant<Ipv6, Ipv4> address;
  std::uint16_t port;

  [[nodiscard]] std::string address_text() const;
  auto operator<=>(const RtrServer&) const = default;
};

// A ROA by hand, beside those of the RTR servers.
struct RpkiRow {
  Ipv6Prefix prefix;
  unsigned max_length;
  Asn asn;
  auto operator<=>(const RpkiRow&) const = default;
};

// Another IXP server of the platform, at the far end of a link between the two: the sites tell each
// other the shadows of their own members' prefixes, and nothing else (decision 11).
struct Sibling {
  Label name;
  NodeId node_id;  // its own node, which marks what it tells
  Ipv6 address;
  Ipv6 local_address;
};

struct Site {
  Label name;
  Asn asn;  // the platform's own
  Ipv4 router_id;
  Ipv4 overlay_ipv4;
  Ipv6 overlay_ipv6;
  std::optional<NodeId> node_id;  // the IXP server's own node; needed for links and siblings
  PrefixPool pool;
  std::vector<Ipv6Prefix>
      infrastructure;  // the platform's own prefixes; the pool never overlaps them
  bool links = false;  // false: next hops are overlay addresses
  std::optional<AsnRange> asn_pool = {};
  std::vector<WorldNeighbour> upstreams = {};
  std::vector<WorldNeighbour> route_servers = {};
  std::vector<RpkiRow> rpki = {};
  std::vector<RtrServer> rtr = {};
  std::vector<Sibling> siblings = {};
  // A member who reads nothing of the session for so long is closed.
  std::chrono::seconds stuck_reader{60};
  ChangeBudget change_budget = {};  // of each member

  // The promises between members: pool and infrastructure disjoint, names unique, node_id there
  // where links or siblings need it (and at most 9999: it numbers a UDP port).
  [[nodiscard]] Result<void> check() const;
};

}  // namespace peerlab::policy

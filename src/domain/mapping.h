// What the gateway tells an IXP server: who may use which ASN and which prefixes, at an instant.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/asn.h"
#include "domain/lease.h"
#include "domain/user_hash.h"

namespace peerlab {

// One ASN of one member, given once and kept.
struct Assignment {
  UserHash holder;
  Asn asn;
  Instant since;
  bool operator==(const Assignment&) const = default;
};

struct LeasedPrefix {
  Prefix48 prefix;
  std::optional<LeaseWindow> window;  // nullopt: an older gateway that only says "in force now"
  [[nodiscard]] bool in_force(Instant now) const { return !window || window->contains(now); }
  bool operator==(const LeasedPrefix&) const = default;
};

// A picture at an instant.  E-mail comes from the identity provider's directory and is never
// stored.
struct Mapping {
  UserHash user;
  Asn asn;
  std::vector<LeasedPrefix> leases;
  std::optional<Subject> subject = {};  // the gateway knows it; a router need not
  std::string provider_id = {};         // Headscale's `<issuer>/<sub>`; empty where unknown
  std::vector<std::uint64_t> overlay_user_ids =
      {};  // Headscale users the gateway minted for this member
  std::optional<std::string> email = {};
  bool operator==(const Mapping&) const = default;
};

}  // namespace peerlab

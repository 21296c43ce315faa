// Facts of a small platform, as tests of policy and BIRD state them: AS 64500, pool 3fff:100::/40.
#pragma once

#include <string>

#include "domain/mapping.h"
#include "domain/node.h"
#include "policy/policy.h"
#include "policy/site.h"

namespace peerlab::testing_support {

inline constexpr Instant kNow{std::chrono::seconds{1'795'000'000}};

// Overlay addresses 100.64.0.1 and fd7a:115c:a1e0::1, node id 1, no links, no neighbours.
[[nodiscard]] policy::Site small_site();

[[nodiscard]] LeasedPrefix leased(const std::string& prefix, Instant begin = kNow,
                                  std::chrono::seconds length = std::chrono::hours{1});

// The member with this subject; provider id https://issuer/SUBJECT, no e-mail.
[[nodiscard]] Mapping member(const std::string& subject, std::uint32_t asn,
                             std::vector<LeasedPrefix> leases = {});

// The subject's node NUMBER with the overlay addresses 100.64.x.y and fd7a:115c:a1e0::n of it.
[[nodiscard]] Node machine(std::uint32_t number, const std::string& subject);

[[nodiscard]] policy::Rule rule(std::uint32_t node, const std::string& subject, std::uint32_t asn);
[[nodiscard]] policy::LeaseRow row(const std::string& prefix, std::uint32_t asn);

[[nodiscard]] Ipv4 overlay_ipv4(std::uint32_t node);
[[nodiscard]] Ipv6 overlay_ipv6(std::uint32_t node);

}  // namespace peerlab::testing_support

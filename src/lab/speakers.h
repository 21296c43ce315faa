// What the world's side of the lab is configured with: upstream, route server, and a stranger.
#pragma once

#include <filesystem>
#include <string>

#include "domain/asn.h"
#include "domain/prefix48.h"
#include "lab/plan.h"

namespace peerlab::lab {

// The site's upstream: the world's table and the prefix of the host on the Internet; forwards what
// the platform announces.
[[nodiscard]] std::string transit_configuration(const IxpSite& site,
                                                const std::filesystem::path& table);

// AS 64511: passes on its client's routes without its own AS in the path, as route servers do.
[[nodiscard]] std::string route_server_configuration();

// A session with ixpfra01 from this machine under this ASN, whether or not it may have one.
// It announces `prefix`.
[[nodiscard]] std::string intruder_configuration(const Plan& plan, const OverlayNode& machine,
                                                 const Asn& asn, const Prefix48& prefix);
inline constexpr std::uint32_t kWrongAs = 65499;  // in the pool, and nobody has it

[[nodiscard]] std::string site_description(const Plan& plan, const IxpSite& site);  // site.toml

// gateway.toml: two leases a member, and one leased hour lasts ten seconds.
[[nodiscard]] std::string gateway_configuration(const Plan& plan);

}  // namespace peerlab::lab

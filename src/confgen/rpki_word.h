// What RPKI says of a member's prefix as the platform would announce it: only the running BIRD
// knows.
#pragma once

#include <filesystem>
#include <optional>

#include "domain/ipv6_prefix.h"
#include "policy/site.h"

namespace peerlab::confgen {

// Whether it is invalid with the platform's ASN as its origin; nullopt where BIRD does not say.
[[nodiscard]] std::optional<bool> is_rpki_invalid(const std::filesystem::path& bird_socket,
                                                  const Ipv6Prefix& prefix,
                                                  const policy::Site& site);

}  // namespace peerlab::confgen

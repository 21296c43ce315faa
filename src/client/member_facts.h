// Where the values of a member's configuration come from: the environment, the machine, the
// platform.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "bird/client_configuration.h"
#include "wire/platform_document.h"

namespace peerlab::client {

// "2001:db8:1000::/48,2001:db8:2000::/48"; empty is receive-only.  An error names the element.
[[nodiscard]] Result<std::vector<Prefix48>> parse_prefix_list(std::string_view text);

struct OverlayAddresses {
  Ipv4 ipv4;
  Ipv6 ipv6;
};

// Each as given, OutOfRange where it is no such address; where it is not given, the one address of
// this machine inside 100.64.0.0/10 or fd7a:115c:a1e0::/48, NotFound where there is not one.
[[nodiscard]] Result<OverlayAddresses> overlay_addresses(const std::string& ipv4,
                                                         const std::string& ipv6);

// The platform's facts from a file of its JSON, else from `<api_url>/api/platform`: OutOfRange
// where that is no URL.
[[nodiscard]] Result<wire::Platform> platform_facts(const std::string& api_url,
                                                    const std::filesystem::path& file);

// A site whose name is no BIRD word is an error, and so are two of one name: it would become a
// protocol's name.
[[nodiscard]] Result<std::vector<bird::ClientSite>> client_sites(const wire::Platform& platform);

}  // namespace peerlab::client

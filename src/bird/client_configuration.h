// The member's own bird.conf, from a template that a member may replace; the values are typed,
// never text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/address.h"
#include "domain/asn.h"
#include "domain/prefix48.h"
#include "policy/site.h"

namespace peerlab::bird {

// One IXP server a member peers with.
struct ClientSite {
  policy::Label name;
  Ipv4 overlay_ipv4;
  Ipv6 overlay_ipv6;
};

struct ClientFacts {
  Asn user_asn;
  std::vector<Prefix48> prefixes;  // empty: receive-only
  Asn platform_asn;
  Ipv4 overlay_ipv4;  // our own address on the overlay
  Ipv6 overlay_ipv6;  // what we tell the IXP server to send packets to
  std::vector<ClientSite> sites;
};

// The shipped template (deploy/client/templates/bird.conf.mustache), embedded when the program is
// built.
[[nodiscard]] std::string_view shipped_client_template();

// Malformed, with the line, where the template is no Mustache or names a value that does not exist.
[[nodiscard]] Result<std::string> render_client(std::string_view mustache,
                                                const ClientFacts& facts);

}  // namespace peerlab::bird

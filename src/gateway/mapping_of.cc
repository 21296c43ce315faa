#include "gateway/mapping_of.h"

#include "overlay/headscale.h"

namespace peerlab::gateway {

Mapping mapping_of(const HoldingMember& member, std::string_view issuer) {
  Mapping mapping{member.assignment.holder, member.assignment.asn, {}};
  for (const Lease& lease : member.leases) mapping.leases.push_back({lease.prefix, lease.window});
  mapping.subject = member.subject;
  mapping.provider_id = overlay::provider_id(issuer, member.subject.secret().reveal());
  return mapping;
}

}  // namespace peerlab::gateway

#include "gateway/mapping_of.h"

#include "overlay/headscale.h"

namespace peerlab::gateway {

Mapping mapping_of(const HoldingMember& member, const MappingSources& sources, Instant now) {
  Mapping mapping{member.assignment.holder, member.assignment.asn, {}};
  for (const Lease& lease : member.leases) mapping.leases.push_back({lease.prefix, lease.window});
  mapping.subject = member.subject;
  mapping.provider_id = overlay::provider_id(sources.issuer, member.subject.secret().reveal());
  mapping.email = sources.emails.email_of(mapping.user, member.subject, now);
  return mapping;
}

}  // namespace peerlab::gateway

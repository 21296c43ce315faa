#include "gateway/endpoints.h"
#include "gateway/json_exchange.h"
#include "gateway/once_told.h"
#include "wire/member_documents.h"

namespace peerlab::gateway {
namespace {

using Known = std::optional<Assignment>;

constexpr std::string_view kKnown = "ASN already assigned";

http::Response assigned(Asn asn, std::string_view message) {
  return json_response(wire::encode(wire::AsnAnswer{asn, std::string{message}}));
}

Settled assign(const Services& services, const Subject& subject, Instant now) {
  const Result<AsnGrant> grant =
      services.ledger.assign_asn(subject, services.offer.rules.asns, now);
  if (!grant) {
    return refuse(grant.error(), {{ErrorKind::Exhausted, "No available ASNs at this time"}});
  }
  if (!grant->fresh) return assigned(grant->assignment.asn, kKnown);
  ++services.tally.asns_assigned;
  return assigned(grant->assignment.asn, "ASN assigned successfully");
}

}  // namespace

// POST /api/user/asn, whatever its body
Answer assign_asn(const Call& call, const Member& member) {
  const auto ask = [&ledger = call.services.ledger, user = member.user()](Told<Known> told) {
    ledger.tell_assignment(user, std::move(told));
  };
  const auto make = [services = call.services, subject = member.subject(),
                     now = call.now](const Result<Known>& known) -> Made {
    if (!known) return Settled{refuse(known.error())};
    if (*known) return Settled{assigned((*known)->asn, kKnown)};
    return Patient{[=] { return assign(services, subject, now); }};
  };
  return once_told<Known>(ask, make);
}

}  // namespace peerlab::gateway

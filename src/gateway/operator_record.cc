#include "gateway/operator_record.h"

#include "gateway/json_exchange.h"

namespace peerlab::gateway {

wire::SuspendedSince shown(const Suspension& suspension) {
  return {suspension.since, suspension.reason};
}

wire::ActiveLease shown(const Lease& lease, const Offer& offer) {
  return {lease.prefix, lease.window, offer.publishes_roas && lease.rpki};
}

wire::OperatorMember operator_record(const MemberRecord& record, const Offer& offer) {
  wire::OperatorMember member{record.assignment.holder,
                              record.number,
                              record.assignment.asn,
                              record.assignment.since,
                              record.leases_max.value_or(offer.rules.leases_per_member_max),
                              record.leases_max};
  if (record.suspension) member.suspended = shown(*record.suspension);
  for (const Lease& lease : record.leases) member.leases.push_back(shown(lease, offer));
  return member;
}

Settled changed_member(const Call& call, const Result<MemberRecord>& record) {
  if (!record) return refuse(record.error());
  ++call.services.tally.operator_changes;
  return json_response(wire::encode(operator_record(*record, call.services.offer)));
}

}  // namespace peerlab::gateway

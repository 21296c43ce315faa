#include "gateway/member_info.h"

#include "gateway/json_exchange.h"
#include "gateway/pools.h"
#include "gateway/standing.h"
#include "wire/member_documents.h"

namespace peerlab::gateway {
namespace {

using Lines = std::vector<wire::WaitingIn>;

Result<Lines> lines_of(const UserHash& user, const Services& services, Instant now) {
  Lines lines;
  for (const PoolByName& pool : all_pools(services.offer)) {
    const auto place = standing_in(pool.blocks, user, services, now);
    if (!place) return fail(place.error());
    if (*place) lines.push_back({std::string{pool.name}, (*place)->since, spelled(**place)});
  }
  return lines;
}

}  // namespace

Settled member_info(const UserHash& user, const Result<Holdings>& holdings,
                    const Services& services, Instant now) {
  if (!holdings) return refuse(holdings.error());
  const Offer& offer = services.offer;
  wire::MemberRecord record{
      user, std::nullopt, holdings->leases_max.value_or(offer.rules.leases_per_member_max), {}};
  if (holdings->assignment) record.asn = holdings->assignment->asn;
  for (const Lease& lease : holdings->leases) {
    record.leases.push_back({lease.prefix, lease.window, offer.publishes_roas && lease.rpki});
  }
  if (holdings->suspension) {
    record.suspended = {holdings->suspension->since, holdings->suspension->reason};
  }
  if (holdings->waits) {
    auto waiting = lines_of(user, services, now);
    if (!waiting) return refuse(waiting.error());
    record.waiting = std::move(*waiting);
  }
  return json_response(wire::encode(record));
}

}  // namespace peerlab::gateway

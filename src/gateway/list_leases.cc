#include "gateway/endpoints.h"
#include "gateway/json_exchange.h"
#include "gateway/named.h"
#include "gateway/operator_record.h"
#include "gateway/query.h"

namespace peerlab::gateway {

// GET /operator/leases
Settled list_leases(const Call& call, const Operator& /*caller*/) {
  const auto limit = limit_asked_for(call.request, kRowsMost);
  if (!limit) return Refusing{limit.error()};
  std::optional<Prefix48> after;
  if (const auto said = call.request.parameter("after")) {
    const auto prefix = prefix_named(*said);
    if (!prefix) return Refusing{prefix.error()};
    after = *prefix;
  }
  const auto records = call.services.ledger.oversight().leases(after, *limit + 1, call.now);
  if (!records) return refuse(records.error());
  wire::HeldLeases page;
  for (const LeaseRecord& record : *records) {
    if (page.leases.size() == *limit) {
      page.next = page.leases.back().lease.prefix.text();
      break;
    }
    page.leases.push_back({shown(record.lease, call.services.offer), record.lease.holder,
                           record.member, record.asn, record.suspended});
  }
  return json_response(wire::encode(page));
}

}  // namespace peerlab::gateway

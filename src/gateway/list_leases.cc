#include <algorithm>

#include "gateway/endpoints.h"
#include "gateway/json_exchange.h"
#include "gateway/named.h"
#include "gateway/operator_record.h"
#include "gateway/query.h"

namespace peerlab::gateway {

// GET /operator/leases
Answer list_leases(const Call& call, const Operator& /*caller*/) {
  const auto limit = limit_asked_for(call.request, kRowsMost);
  if (!limit) return Refusing{limit.error()};
  std::optional<Prefix48> after;
  if (const auto said = call.request.parameter("after")) {
    const auto prefix = prefix_named(*said);
    if (!prefix) return Refusing{prefix.error()};
    after = *prefix;
  }
  const auto records = call.services.ledger.oversight().members(call.now);
  if (!records) return refuse(records.error());
  wire::HeldLeases page;
  for (const MemberRecord& record : *records) {
    for (const Lease& lease : record.leases) {
      if (after && lease.prefix <= *after) continue;
      page.leases.push_back({shown(lease, call.services.offer), record.assignment.holder,
                             record.number, record.assignment.asn, record.suspension.has_value()});
    }
  }
  std::ranges::sort(page.leases, {}, [](const wire::HeldLease& held) { return held.lease.prefix; });
  if (page.leases.size() > *limit) {
    page.leases.erase(page.leases.begin() + static_cast<std::ptrdiff_t>(*limit), page.leases.end());
    page.next = page.leases.back().lease.prefix.text();
  }
  return json_response(wire::encode(page));
}

}  // namespace peerlab::gateway
